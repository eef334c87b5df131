package dev.minsight.api;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.UrlHandlerFilter;

/**
 * {@code /entities/} is {@code /entities}: clients of the reference send both, and some follow no
 * redirects. Taken off before the access table is asked, so that both forms are one operation.
 */
@Configuration(proxyBeanMethods = false)
class TrailingSlash {

  @Bean
  FilterRegistrationBean<UrlHandlerFilter> trailingSlashFilter() {
    FilterRegistrationBean<UrlHandlerFilter> filter =
        new FilterRegistrationBean<>(
            UrlHandlerFilter.trailingSlashHandler(
                    "/activity/**",
                    "/admin/**",
                    "/auth/**",
                    "/capabilities/**",
                    "/compute/**",
                    "/download/**",
                    "/entities/**",
                    "/entity/**",
                    "/faces/**",
                    "/intelligence/**",
                    "/jobs/**",
                    "/m_insight/**",
                    "/plugins/**",
                    "/preview/**",
                    "/stream/**",
                    "/system/**",
                    "/users/**")
                .wrapRequest()
                .build());
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 10); // long before Spring Security
    return filter;
  }
}
