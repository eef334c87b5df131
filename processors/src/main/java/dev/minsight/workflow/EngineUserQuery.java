package dev.minsight.workflow;

import dev.minsight.auth.User;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.authorization.Groups;
import org.camunda.bpm.engine.impl.Direction;
import org.camunda.bpm.engine.impl.Page;
import org.camunda.bpm.engine.impl.UserQueryImpl;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;

/** The engine's user query over our admins, who are few: filtered in memory. */
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
    List<User> admins =
        id != null
            ? identity.admin(id).map(List::of).orElse(List.of())
            : identity.users().activeAdmins();
    List<org.camunda.bpm.engine.identity.User> found = new ArrayList<>();
    for (User admin : admins) {
      if (fits(admin)) {
        found.add(EngineIdentityProvider.engineUser(admin));
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

  private boolean fits(User admin) {
    String name = admin.username();
    return equal(id, name)
        && (ids == null || Arrays.asList(ids).contains(name))
        && equal(firstName, name)
        && like(firstNameLike, name)
        && equal(lastName, "")
        && like(lastNameLike, "")
        && email == null
        && emailLike == null
        && equal(groupId, Groups.CAMUNDA_ADMIN)
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
