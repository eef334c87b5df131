package dev.minsight.workflow;

import dev.minsight.auth.User;
import dev.minsight.auth.Users;
import dev.minsight.support.Caller;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.springframework.stereotype.Component;

/**
 * Lets the engine know for whom our own API does something, so that its operation log names them.
 * Whether they may is decided by our API, before.
 */
@Component
class EngineCallers {

  private final IdentityService identity;
  private final CommandExecutor commands;
  private final Users users;

  EngineCallers(IdentityService identity, ProcessEngineConfigurationImpl engine, Users users) {
    this.identity = identity;
    this.commands = engine.getCommandExecutorTxRequired();
    this.users = users;
  }

  /** Runs a command of the engine in the name of this thread's caller, if there is one. */
  void run(Runnable command) {
    String caller = Caller.current().userId();
    if (caller == null) {
      command.run();
      return;
    }
    identity.setAuthenticatedUserId(username(caller));
    try {
      commands.execute(
          context -> {
            context.runWithoutAuthorization(
                () -> {
                  command.run();
                  return null;
                });
            return null;
          });
    } finally {
      identity.clearAuthentication();
    }
  }

  /** The engine knows people by the names they log in with. */
  String username(String userId) {
    return userId.matches("[0-9]{1,18}")
        ? users.byId(Long.parseLong(userId)).map(User::username).orElse(userId)
        : userId;
  }

  /** Our number of an engine's user; the name itself where the account is gone. */
  String userId(String username) {
    return users.byName(username).map(user -> String.valueOf(user.id())).orElse(username);
  }
}
