package dev.minsight.workflow;

import dev.minsight.auth.User;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.impl.Direction;
import org.camunda.bpm.engine.impl.Page;
import org.camunda.bpm.engine.impl.UserQueryImpl;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;

/** The engine's user query over our accounts, which are few: filtered in memory. */
final class EngineUserQuery extends UserQueryImpl {

  private static final long serialVersionUID = 1L;

  private final transient EngineIdentityProvider identity;

  EngineUserQuery(EngineIdentityProvider identity, CommandExecutor executor) {
    super(executor);
    this.identity = identity;
  }

  @Override
  public long executeCount(CommandContext context) {
    return matching().size();
  }

  @Override
  public List<org.camunda.bpm.engine.identity.User> executeList(CommandContext context, Page page) {
    return Pages.cut(matching(), this);
  }

  private List<org.camunda.bpm.engine.identity.User> matching() {
    checkQueryOk();
    // Asked for one by name, which is nearly always: no need to look at the others.
    List<User> users =
        id != null ? identity.known(id).map(List::of).orElse(List.of()) : identity.users().active();
    List<org.camunda.bpm.engine.identity.User> found = new ArrayList<>();
    for (User user : users) {
      if (fits(user)) {
        found.add(EngineIdentityProvider.engineUser(user));
      }
    }
    boolean descending =
        getOrderingProperties().stream()
            .anyMatch(ordering -> ordering.getDirection() == Direction.DESCENDING);
    Comparator<org.camunda.bpm.engine.identity.User> byId =
        Comparator.comparing(org.camunda.bpm.engine.identity.User::getId);
    found.sort(descending ? byId.reversed() : byId);
    return found;
  }

  private boolean fits(User user) {
    String name = user.username();
    return equal(id, name)
        && (ids == null || Arrays.asList(ids).contains(name))
        && equal(firstName, name)
        && like(firstNameLike, name)
        && equal(lastName, "")
        && like(lastNameLike, "")
        && email == null
        && emailLike == null
        && EngineGroup.of(user).stream()
            .anyMatch(group -> groupId == null || groupId.equals(group.id()))
        && tenantId == null;
  }

  private static boolean equal(String wanted, String actual) {
    return wanted == null || wanted.equals(actual);
  }

  /** SQL's LIKE with % for any text and _ for one character. */
  static boolean like(String pattern, String actual) {
    if (pattern == null) {
      return true;
    }
    StringBuilder regex = new StringBuilder();
    for (char c : pattern.toCharArray()) {
      regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(actual).matches();
  }
}
