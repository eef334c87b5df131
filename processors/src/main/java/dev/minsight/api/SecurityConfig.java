package dev.minsight.api;

import dev.minsight.auth.ApiKeys;
import dev.minsight.auth.GuestMode;
import dev.minsight.auth.Tokens;
import dev.minsight.support.MinsightProperties;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/**
 * Two doors. The engine's web apps keep their own login, CSRF protection and headers. Everything
 * else is stateless, takes bearer tokens only (so no site can ride on a session: no CSRF protection
 * is needed) and is decided by {@link CallerFilter}.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfig {

  /** Any method may come in: the access table and the routes answer 405 in the contract's form. */
  @Bean
  StrictHttpFirewall firewall() {
    StrictHttpFirewall firewall = new StrictHttpFirewall();
    firewall.setUnsafeAllowAnyHttpMethod(true);
    return firewall;
  }

  /** Ahead of everything, also of Spring's own reading of the path. */
  @Bean
  FilterRegistrationBean<PathGuard> pathGuard(StrictHttpFirewall firewall) {
    FilterRegistrationBean<PathGuard> guard = new FilterRegistrationBean<>(new PathGuard(firewall));
    guard.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
    return guard;
  }

  @Bean
  FilterRegistrationBean<ReadinessFilter> readiness(ApplicationAvailability availability) {
    FilterRegistrationBean<ReadinessFilter> filter =
        new FilterRegistrationBean<>(new ReadinessFilter(availability));
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 20);
    return filter;
  }

  /** For what only shows later, e.g. a header with characters that none may have. */
  @Bean
  RequestRejectedHandler rejectedRequests() {
    return (request, response, rejected) ->
        ErrorBodies.write(request, response, 400, "the request has characters that none may have");
  }

  @Bean
  @Order(1)
  SecurityFilterChain engineWebApps(HttpSecurity http) throws Exception {
    return http.securityMatcher(SecurityConfig::isEngineWebApp)
        .csrf(AbstractHttpConfigurer::disable)
        .headers(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain api(
      HttpSecurity http,
      Tokens tokens,
      ApiKeys apiKeys,
      GuestMode guestMode,
      IdempotentAnswers idempotentAnswers,
      MinsightProperties settings)
      throws Exception {
    return http.csrf(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .headers(
            headers ->
                headers
                    // Photos may be kept by browsers; each answer says for itself how long.
                    .cacheControl(HeadersConfigurer.CacheControlConfig::disable)
                    .frameOptions(HeadersConfigurer.FrameOptionsConfig::sameOrigin))
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .addFilterBefore(CorsPolicy.filter(settings.api().corsOrigins()), AuthorizationFilter.class)
        .addFilterBefore(TrailingSlash.filter(), AuthorizationFilter.class)
        .addFilterBefore(new Aliases(), AuthorizationFilter.class)
        .addFilterBefore(
            new CallerFilter(tokens, apiKeys, guestMode, settings.auth().enabled()),
            AuthorizationFilter.class)
        .addFilterBefore(new ReadableBody(), AuthorizationFilter.class)
        .addFilterBefore(new IdempotencyFilter(idempotentAnswers), AuthorizationFilter.class)
        .build();
  }

  /** By the whole path: Spring's own matchers leave out the prefix of a servlet. */
  private static boolean isEngineWebApp(HttpServletRequest request) {
    String path = request.getRequestURI();
    return path.equals("/camunda") || path.startsWith("/camunda/");
  }
}
