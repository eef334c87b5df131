package dev.minsight.api;

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
import java.util.Locale;
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

  private static final String BEARER = "bearer ";

  private final Tokens tokens;
  private final GuestMode guestMode;
  private final boolean accounts;

  /**
   * @param accounts false when the server runs without accounts ({@code --no-auth})
   */
  CallerFilter(Tokens tokens, GuestMode guestMode, boolean accounts) {
    this.tokens = tokens;
    this.guestMode = guestMode;
    this.accounts = accounts;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String requestId = Requests.id(request, response);
    String userId;
    try {
      userId = admit(request, response);
    } catch (ApiException e) {
      ErrorBodies.write(request, response, e.status(), e.getMessage());
      return;
    }
    request.setAttribute(Requests.CALLER, new Caller(userId, requestId, null));
    if (userId != null) {
      SecurityContext context = SecurityContextHolder.createEmptyContext();
      context.setAuthentication(new PreAuthenticatedAuthenticationToken(userId, "", Set.of()));
      SecurityContextHolder.setContext(context);
    }
    chain.doFilter(request, response);
  }

  /**
   * @return id of the user in whose name the request goes on, null for nobody in particular
   */
  private String admit(HttpServletRequest request, HttpServletResponse response) {
    // The whole path, also where a servlet has its own prefix; decoded and checked by Spring's
    // firewall before.
    PathContainer path = PathContainer.parsePath(request.getRequestURI());
    Optional<Access> known = AccessTable.find(request.getMethod(), path);
    Access access = known.orElse(Access.ADMIN);
    if (access == Access.PUBLIC || !accounts && access.openWithoutAccounts()) {
      return null;
    }
    try {
      return rights(access, bearer(request)).map(Rights::userId).orElse(null);
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

  private Optional<Rights> rights(Access access, String token) {
    if (access.speaksForAuth()) {
      return Optional.of(account(access, token));
    }
    Rights rights = verified(access, token);
    if (rights == null) {
      if (access.openToGuests() && guestMode.isOn()) {
        return Optional.empty();
      }
      throw new ApiException(401, "Authentication required");
    }
    if (access == Access.READ && guestMode.isOn()) {
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
  private Rights verified(Access access, String token) {
    if (token == null) {
      return null;
    }
    try {
      return tokens.verify(token);
    } catch (InvalidTokenException e) {
      if (access == Access.COMPUTE && guestMode.isOn()) {
        return null;
      }
      throw new ApiException(401, e.getMessage());
    }
  }

  /** The auth service looks at the account as it is now, and has its own words. */
  private Rights account(Access access, String token) {
    if (token == null) {
      throw new ApiException(401, "Not authenticated");
    }
    User user;
    try {
      user = tokens.account(token);
    } catch (InvalidTokenException e) {
      throw new ApiException(401, "Could not validate credentials");
    }
    if (access == Access.ACCOUNTS && !user.isAdmin()) {
      throw new ApiException(403, "The user doesn't have enough privileges");
    }
    return new Rights(Long.toString(user.id()), user.isAdmin(), Set.copyOf(user.permissions()));
  }

  private static String bearer(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      return null;
    }
    String token = header.substring(BEARER.length()).trim();
    return token.isEmpty() ? null : token;
  }
}
