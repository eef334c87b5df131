package dev.minsight.workflow;

import java.util.Arrays;
import java.util.List;
import org.camunda.bpm.engine.authorization.Groups;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.impl.GroupQueryImpl;
import org.camunda.bpm.engine.impl.Page;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;

/** The engine's group query: there is one group, and the admins are in it. */
final class EngineGroupQuery extends GroupQueryImpl {

  private static final long serialVersionUID = 1L;

  private final transient EngineIdentityProvider identity;

  EngineGroupQuery(EngineIdentityProvider identity, CommandExecutor executor) {
    super(executor);
    this.identity = identity;
  }

  @Override
  public long executeCount(CommandContext context) {
    return matching().size();
  }

  @Override
  public List<Group> executeList(CommandContext context, Page page) {
    return Pages.cut(matching(), this);
  }

  private List<Group> matching() {
    checkQueryOk();
    Group admins = EngineIdentityProvider.admins();
    boolean fits =
        (id == null || id.equals(Groups.CAMUNDA_ADMIN))
            && (ids == null || Arrays.asList(ids).contains(Groups.CAMUNDA_ADMIN))
            && (name == null || name.equals(admins.getName()))
            && EngineUserQuery.like(nameLike, admins.getName())
            && (type == null || type.equals(admins.getType()))
            && (userId == null || identity.admin(userId).isPresent())
            && tenantId == null;
    return fits ? List.of(admins) : List.of();
  }
}
