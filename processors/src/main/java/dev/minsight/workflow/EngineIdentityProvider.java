package dev.minsight.workflow;

import dev.minsight.auth.PasswordCheck;
import dev.minsight.auth.User;
import dev.minsight.auth.Users;
import java.util.Optional;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.NativeUserQuery;
import org.camunda.bpm.engine.identity.Tenant;
import org.camunda.bpm.engine.identity.TenantQuery;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.identity.ReadOnlyIdentityProvider;
import org.camunda.bpm.engine.impl.interceptor.CommandContext;
import org.camunda.bpm.engine.impl.persistence.entity.UserEntity;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * The engine's view of our accounts: active ones that are in any {@link EngineGroup} are its users,
 * and nobody else exists. Names are ids, as people type them to log in.
 */
final class EngineIdentityProvider implements ReadOnlyIdentityProvider {

  private final Users users;
  private final PasswordCheck passwords;

  EngineIdentityProvider(Users users, PasswordCheck passwords) {
    this.users = users;
    this.passwords = passwords;
  }

  /** An account that the engine may know. */
  Optional<User> known(String username) {
    return username == null
        ? Optional.empty()
        : users.byName(username).filter(user -> !EngineGroup.of(user).isEmpty());
  }

  static UserEntity engineUser(User user) {
    UserEntity entity = new UserEntity();
    entity.setId(user.username());
    entity.setFirstName(user.username());
    entity.setLastName("");
    return entity;
  }

  Users users() {
    return users;
  }

  @Override
  public org.camunda.bpm.engine.identity.User findUserById(String userId) {
    return known(userId).map(EngineIdentityProvider::engineUser).orElse(null);
  }

  @Override
  public EngineUserQuery createUserQuery() {
    return new EngineUserQuery(
        this, Context.getProcessEngineConfiguration().getCommandExecutorTxRequired());
  }

  @Override
  public EngineUserQuery createUserQuery(CommandContext context) {
    return createUserQuery();
  }

  @Override
  public NativeUserQuery createNativeUserQuery() {
    throw new BadUserRequestException("Users are not in the engine's database; query them by name");
  }

  /** Takes the time of a password check also for those whom the engine does not know. */
  @Override
  public boolean checkPassword(String userId, String password) {
    return passwords.matchesActiveUser(userId, password, address()) && known(userId).isPresent();
  }

  /** Of whoever logs in to the web apps; empty when the engine asks outside of a request. */
  private static String address() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
        ? request.getRequest().getRemoteAddr()
        : "";
  }

  @Override
  public Group findGroupById(String groupId) {
    return EngineGroup.of(groupId).map(EngineGroup::engineGroup).orElse(null);
  }

  @Override
  public EngineGroupQuery createGroupQuery() {
    return new EngineGroupQuery(
        this, Context.getProcessEngineConfiguration().getCommandExecutorTxRequired());
  }

  @Override
  public EngineGroupQuery createGroupQuery(CommandContext context) {
    return createGroupQuery();
  }

  @Override
  public Tenant findTenantById(String tenantId) {
    return null;
  }

  @Override
  public TenantQuery createTenantQuery() {
    return new EngineTenantQuery(
        Context.getProcessEngineConfiguration().getCommandExecutorTxRequired());
  }

  @Override
  public TenantQuery createTenantQuery(CommandContext context) {
    return createTenantQuery();
  }

  @Override
  public void flush() {
    // nothing is written
  }

  @Override
  public void close() {
    // nothing is held
  }
}
