package dev.minsight.workflow;

import java.util.Arrays;
import java.util.List;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.impl.GroupQueryImpl;
import org.camunda.bpm.engine.impl.Page;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;

/** The engine's group query over the few that there are. */
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
    List<EngineGroup> groups =
        userId == null
            ? List.of(EngineGroup.values())
            : identity.known(userId).map(EngineGroup::of).orElse(List.of());
    return groups.stream().map(EngineGroup::engineGroup).filter(this::fits).toList();
  }

  private boolean fits(Group group) {
    return (id == null || id.equals(group.getId()))
        && (ids == null || Arrays.asList(ids).contains(group.getId()))
        && (name == null || name.equals(group.getName()))
        && EngineUserQuery.like(nameLike, group.getName())
        && (type == null || type.equals(group.getType()))
        && tenantId == null;
  }
}
