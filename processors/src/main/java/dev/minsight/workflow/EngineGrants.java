package dev.minsight.workflow;

import static org.camunda.bpm.engine.authorization.Permissions.ACCESS;
import static org.camunda.bpm.engine.authorization.Permissions.READ;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.READ_HISTORY;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.READ_INSTANCE;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.RETRY_JOB;
import static org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions.UPDATE_INSTANCE;

import java.util.List;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What the engine's groups may do besides the admins, who may everything. A task is seen by its
 * candidate groups because the engine itself lets them; these are the doors to it. The engine keeps
 * grants in its own database; what is there already is left as it is.
 */
@Component
class EngineGrants extends AbstractProcessEnginePlugin {

  private static final Logger LOG = LoggerFactory.getLogger(EngineGrants.class);

  private record Grant(
      EngineGroup group, Resource resource, String id, List<Permission> permissions) {}

  private static final List<Grant> GRANTS =
      List.of(
          new Grant(EngineGroup.REVIEWERS, Resources.APPLICATION, "tasklist", List.of(ACCESS)),
          new Grant(EngineGroup.REVIEWERS, Resources.FILTER, Authorization.ANY, List.of(READ)),
          new Grant(
              EngineGroup.REVIEWERS,
              Resources.PROCESS_DEFINITION,
              Authorization.ANY,
              List.of(READ)),
          new Grant(EngineGroup.OPERATORS, Resources.APPLICATION, "cockpit", List.of(ACCESS)),
          new Grant(
              EngineGroup.OPERATORS,
              Resources.PROCESS_DEFINITION,
              Authorization.ANY,
              List.of(READ, READ_INSTANCE, READ_HISTORY, UPDATE_INSTANCE, RETRY_JOB)),
          new Grant(EngineGroup.OPERATORS, Resources.DEPLOYMENT, Authorization.ANY, List.of(READ)));

  @Override
  public void postProcessEngineBuild(ProcessEngine engine) {
    GRANTS.forEach(grant -> give(grant, engine.getAuthorizationService()));
  }

  private static void give(Grant grant, AuthorizationService authorizations) {
    if (isThere(grant, authorizations)) {
      return;
    }
    Authorization authorization =
        authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
    authorization.setGroupId(grant.group().id());
    authorization.setResource(grant.resource());
    authorization.setResourceId(grant.id());
    authorization.setPermissions(grant.permissions().toArray(Permission[]::new));
    try {
      authorizations.saveAuthorization(authorization);
    } catch (ProcessEngineException e) {
      if (!isThere(grant, authorizations)) {
        throw e;
      }
      LOG.debug("Another server gave {} at the same time", grant);
    }
  }

  private static boolean isThere(Grant grant, AuthorizationService authorizations) {
    return authorizations
            .createAuthorizationQuery()
            .groupIdIn(grant.group().id())
            .resourceType(grant.resource())
            .resourceId(grant.id())
            .count()
        > 0;
  }
}
