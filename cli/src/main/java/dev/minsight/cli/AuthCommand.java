package dev.minsight.cli;

import dev.minsight.sdk.AuthProvider;
import dev.minsight.sdk.MinsightClient;
import dev.minsight.sdk.ServerUrls;
import dev.minsight.sdk.Token;
import dev.minsight.sdk.User;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Who you are at a server. */
@Command(name = "auth", description = "Log in, log out, and see who you are.")
final class AuthCommand {

  @ParentCommand RootCommand root;

  @Command(description = "Log in; the session is kept in ~/.config/minsight.")
  int login(
      @Option(
              names = {"-u", "--username"},
              description = "Asked for when missing.")
          String username,
      @Option(names = "--password-stdin", description = "Read the password from stdin.")
          boolean passwordStdin,
      @Option(
              names = {"-p", "--password"},
              hidden = true)
          String visiblePassword)
      throws IOException {
    Output output = root.output();
    if (visiblePassword != null) {
      output.progress("warning: other users can see a password on the command line");
    }
    ServerUrls urls = root.urls();
    String user = username != null ? username : ask(false, "Username", "--username");
    String password = visiblePassword;
    if (passwordStdin) {
      password = firstLine();
    } else if (password == null) {
      password = ask(true, "Password", "--password-stdin");
    }
    Token token = root.client(AuthProvider.none()).auth().login(user, password);
    User me = root.client(AuthProvider.bearer(token.accessToken())).auth().me();
    root.sessionFile().write(Session.of(urls, me.username(), token));
    return done(output, "logged in as " + me.username() + " at " + urls.auth());
  }

  @Command(description = "Forget the session.")
  int logout() {
    boolean wasThere = root.sessionFile().delete();
    return done(root.output(), wasThere ? "logged out" : "was not logged in");
  }

  @Command(description = "Tell who is logged in, and ask the server whether it agrees.")
  int status() {
    MinsightClient client = root.client();
    boolean byKey = !root.terminal().environment().getOrDefault("MINSIGHT_API_KEY", "").isBlank();
    if (!byKey && root.session().isEmpty()) {
      throw new CliException(
          ExitCode.REFUSED,
          "not logged in at " + client.servers().auth() + "; " + Failure.LOGIN_HINT);
    }
    User me = client.auth().me();
    // Read again: the call may have renewed the token.
    String until =
        byKey
            ? null
            : root.session()
                .flatMap(session -> session.token().expiresAt())
                .map(Object::toString)
                .orElse(null);
    Output output = root.output();
    if (output.json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("username", me.username());
      document.put("is_admin", me.isAdmin());
      document.put("permissions", me.permissions());
      document.put("auth_url", client.servers().auth());
      document.put("method", byKey ? "api_key" : "session");
      if (until != null) {
        document.put("expires_at", until);
      }
      output.document(document);
    } else {
      output.text(
          me.username()
              + (me.isAdmin() ? " (admin)" : "")
              + " at "
              + client.servers().auth()
              + (byKey ? ", by API key" : until == null ? "" : ", until " + until));
    }
    return ExitCode.OK;
  }

  private String ask(boolean secret, String question, String option) {
    Terminal.Prompt prompt =
        root.terminal()
            .prompt()
            .orElseThrow(
                () ->
                    new CliException(
                        ExitCode.USAGE, "there is no terminal to ask at; use " + option));
    return given(secret ? prompt.secret(question) : prompt.line(question), question);
  }

  private String firstLine() throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(root.terminal().in(), StandardCharsets.UTF_8));
    return given(in.readLine(), "Password");
  }

  private static String given(String value, String what) {
    if (value == null || value.isEmpty()) {
      throw new CliException(ExitCode.USAGE, what.toLowerCase(Locale.ROOT) + " is empty");
    }
    return value;
  }

  private static int done(Output output, String message) {
    if (output.json()) {
      Map<String, String> document = new LinkedHashMap<>();
      document.put("status", "success");
      document.put("message", message);
      output.document(document);
    } else {
      output.text(message);
    }
    return ExitCode.OK;
  }
}
