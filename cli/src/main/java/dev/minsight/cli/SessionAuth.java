package dev.minsight.cli;

import dev.minsight.sdk.ApiException;
import dev.minsight.sdk.AuthProvider;
import dev.minsight.sdk.MinsightClient;
import java.time.Clock;
import java.util.Map;

/**
 * Calls as who is logged in, and renews the token before it ends, also in the midst of a long
 * command. Once it has ended the caller is a guest: a server refuses a stale token even where it
 * would let a guest read.
 */
final class SessionAuth implements AuthProvider {

  private final SessionFile file;
  private final Clock clock;
  private Session session;

  SessionAuth(Session session, SessionFile file, Clock clock) {
    this.session = session;
    this.file = file;
    this.clock = clock;
  }

  @Override
  public synchronized Map<String, String> headers() {
    if (session.expired(clock.instant())) {
      return Map.of();
    }
    if (session.dueForRenewal(clock.instant())) {
      renew();
    }
    return AuthProvider.bearer(session.accessToken()).headers();
  }

  private void renew() {
    try {
      MinsightClient guest = MinsightClient.builder().servers(session.urls()).build();
      session = session.renewed(guest.auth().refresh(session.accessToken()));
      file.write(session);
    } catch (ApiException e) {
      // The old token is still good for the call at hand, and that call tells what is wrong.
    }
  }
}
