package dev.minsight.workflow;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.List;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.authorization.Groups;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells the engine who calls {@code /engine-rest}, so that its operation log names the admin. Only
 * admins get this far: the access table stands in front.
 */
final class EngineCallerFilter extends OncePerRequestFilter {

  private final IdentityService identity;
  private final EngineCallers callers;

  EngineCallerFilter(IdentityService identity, EngineCallers callers) {
    this.identity = identity;
    this.callers = callers;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Principal caller = request.getUserPrincipal();
    if (caller == null) {
      // Without a user the engine would check nothing at all.
      response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
      return;
    }
    identity.setAuthentication(callers.username(caller.getName()), List.of(Groups.CAMUNDA_ADMIN));
    try {
      chain.doFilter(request, response);
    } finally {
      identity.clearAuthentication();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Registration {

    @Bean
    FilterRegistrationBean<EngineCallerFilter> engineCallerFilter(
        IdentityService identity, EngineCallers callers) {
      FilterRegistrationBean<EngineCallerFilter> filter =
          new FilterRegistrationBean<>(new EngineCallerFilter(identity, callers));
      filter.addUrlPatterns("/engine-rest/*");
      return filter; // default order: after Spring Security
    }
  }
}
