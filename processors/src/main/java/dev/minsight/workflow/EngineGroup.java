package dev.minsight.workflow;

import dev.minsight.auth.Permissions;
import dev.minsight.auth.User;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.camunda.bpm.engine.authorization.Groups;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.impl.persistence.entity.GroupEntity;

/**
 * The engine's groups. Who is in them follows from what an account may do with us, so nobody is
 * ever put into one; admins are in all.
 */
enum EngineGroup {
  /** May do everything in the engine. */
  ADMINISTRATORS(Groups.CAMUNDA_ADMIN, "Administrators", Groups.GROUP_TYPE_SYSTEM, User::isAdmin),
  /** Have the tasks in Tasklist that are for whoever may change what is known about people. */
  REVIEWERS(
      "reviewers", "Reviewers", "WORKFLOW", user -> user.holds(Permissions.MEDIA_STORE_WRITE)),
  /** May look at the work in Cockpit, and retry its steps. */
  OPERATORS(
      "operators", "Operators", "WORKFLOW", user -> user.holds(Permissions.PROCESS_OPERATION));

  private final String id;
  private final String title;
  private final String type;
  private final Predicate<User> members;

  EngineGroup(String id, String title, String type, Predicate<User> members) {
    this.id = id;
    this.title = title;
    this.type = type;
    this.members = members;
  }

  /** By which processes name it as candidate group of a task. */
  String id() {
    return id;
  }

  boolean has(User user) {
    return user.isActive() && members.test(user);
  }

  Group engineGroup() {
    GroupEntity group = new GroupEntity();
    group.setId(id);
    group.setName(title);
    group.setType(type);
    return group;
  }

  static Optional<EngineGroup> of(String id) {
    return Arrays.stream(values()).filter(group -> group.id.equals(id)).findFirst();
  }

  /** The groups of an account; without any the engine does not know it. */
  static List<EngineGroup> of(User user) {
    return Arrays.stream(values()).filter(group -> group.has(user)).toList();
  }
}
