package dev.minsight.api;

import dev.minsight.auth.ApiKeys;
import dev.minsight.auth.GuestMode;
import dev.minsight.auth.InvalidTokenException;
import dev.minsight.auth.Rights;
import dev.minsight.auth.Tokens;
import dev.minsight.auth.User;
import dev.minsight.support.ApiException;
import dev.minsight.support.Caller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets a request pass or answers it, by the {@link AccessTable}, before any route sees it: 401 and
 * 403 come before 422 and 404. Leaves the {@link Caller} in the request, because Camel handles the
 * request on another thread, and the same name as the request's principal for other servlets.
 */
final class CallerFilter extends OncePerRequestFilter {

  private static final int LONGEST_REASON = 255;

  private final Tokens tokens;
  private final ApiKeys apiKeys;
  private final GuestMode guestMode;
  private final boolean accounts;

  /**
   * @param accounts false when the server runs without accounts ({@code --no-auth})
   */
  CallerFilter(Tokens tokens, ApiKeys apiKeys, GuestMode guestMode, boolean accounts) {
    this.tokens = tokens;
    this.apiKeys = apiKeys;
    this.guestMode = guestMode;
    this.accounts = accounts;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String requestId = Requests.id(request, response);
    if (Credential.inAddress(request)) {
      // The address holds a secret: a page it leads to shall not pass the address on.
      response.setHeader("Referrer-Policy", "no-referrer");
    }
    Rights rights;
    try {
      rights = admit(request, response);
    } catch (ApiException e) {
      ErrorBodies.write(request, response, e.status(), e.getMessage());
      return;
    }
    String userId = rights == null ? null : rights.userId();
    request.setAttribute(Requests.CALLER, new Caller(userId, requestId, reason(request)));
    request.setAttribute(Requests.RIGHTS, rights);
    if (userId != null) {
      SecurityContext context = SecurityContextHolder.createEmptyContext();
      context.setAuthentication(new PreAuthenticatedAuthenticationToken(userId, "", Set.of()));
      SecurityContextHolder.setContext(context);
    }
    chain.doFilter(request, response);
  }

  /**
   * @return what the caller may do, null for nobody in particular
   */
  private Rights admit(HttpServletRequest request, HttpServletResponse response) {
    // The whole path, also where a servlet has its own prefix; decoded and checked by Spring's
    // firewall before.
    PathContainer path = PathContainer.parsePath(request.getRequestURI());
    Optional<Access> known = AccessTable.find(request.getMethod(), path);
    Access access = known.orElse(Access.ADMIN);
    if (access == Access.PUBLIC || !accounts && access.openWithoutAccounts()) {
      return null;
    }
    try {
      return rights(access, Credential.of(request, access)).orElse(null);
    } catch (ApiException e) {
      throw known.isPresent() ? e : hidden(path, response);
    }
  }

  /** What the table does not know does not exist for those who may not see it. */
  private static ApiException hidden(PathContainer path, HttpServletResponse response) {
    Set<String> methods = AccessTable.methods(path);
    if (methods.isEmpty()) {
      return new ApiException(404, "Not Found");
    }
    response.setHeader(HttpHeaders.ALLOW, String.join(", ", methods));
    return new ApiException(405, "Method Not Allowed");
  }

  private Optional<Rights> rights(Access access, Credential credential) {
    if (access.speaksForAuth()) {
      return Optional.of(account(access, credential));
    }
    Rights rights = verified(access, credential);
    if (rights == null) {
      if (access.openToGuests() && guestMode.isOn()) {
        return Optional.empty();
      }
      throw new ApiException(401, "Authentication required");
    }
    if (access.reads() && guestMode.isOn()) {
      return Optional.of(rights);
    }
    if (access.permission() == null ? !rights.admin() : !rights.may(access.permission())) {
      throw new ApiException(
          403,
          access.permission() == null
              ? "Insufficient permissions. Admin access required"
              : "Insufficient permissions. Required: " + access.permission());
    }
    return Optional.of(rights);
  }

  /** Null for guests, and for compute's callers with a token that is not accepted. */
  private Rights verified(Access access, Credential credential) {
    if (credential == null) {
      return null;
    }
    try {
      return switch (credential.kind()) {
        case TOKEN -> tokens.verify(credential.text());
        case LINK -> tokens.verifyLink(credential.text());
        case API_KEY -> apiKeys.verify(credential.text());
      };
    } catch (InvalidTokenException e) {
      if (access == Access.COMPUTE && guestMode.isOn()) {
        return null;
      }
      throw new ApiException(401, e.getMessage());
    }
  }

  /** The auth service looks at the account as it is now, and has its own words. */
  private Rights account(Access access, Credential credential) {
    if (credential == null) {
      throw new ApiException(401, "Not authenticated");
    }
    Rights rights =
        credential.kind() == Credential.Kind.API_KEY
            ? byApiKey(access, credential.text())
            : byToken(credential.text());
    if (access == Access.ACCOUNTS && !rights.admin()) {
      throw new ApiException(403, "The user doesn't have enough privileges");
    }
    return rights;
  }

  private Rights byToken(String token) {
    try {
      User user = tokens.account(token);
      return new Rights(Long.toString(user.id()), user.isAdmin(), Set.copyOf(user.permissions()));
    } catch (InvalidTokenException e) {
      throw new ApiException(401, "Could not validate credentials");
    }
  }

  private Rights byApiKey(Access access, String key) {
    Rights rights;
    try {
      rights = apiKeys.verify(key);
    } catch (InvalidTokenException e) {
      throw new ApiException(401, e.getMessage());
    }
    if (access == Access.SESSION) {
      throw new ApiException(403, "An API key cannot be exchanged for a token");
    }
    if (access == Access.KEYS && !rights.admin()) {
      throw new ApiException(403, "An API key needs the scope admin to manage API keys");
    }
    return rights;
  }

  /** Why the caller wants a change, for the history; shortened to what a revision holds. */
  private static String reason(HttpServletRequest request) {
    String reason = request.getHeader("X-Change-Reason");
    if (reason == null || reason.isBlank()) {
      return null;
    }
    String text = reason.strip();
    return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
  }
}
