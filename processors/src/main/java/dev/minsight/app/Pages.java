package dev.minsight.app;

import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Serves our own pages under {@code /ui}; a file in {@code ./web} wins over the packaged one. */
@Configuration(proxyBeanMethods = false)
class Pages implements WebMvcConfigurer {

  @Override
  public void addResourceHandlers(ResourceHandlerRegistry registry) {
    registry
        .addResourceHandler("/ui/**")
        .addResourceLocations("file:web/", "classpath:/web/")
        // File names carry no version, so a browser asks each time; most answers are 304.
        .setCacheControl(CacheControl.noCache())
        .setUseLastModified(true);
  }

  @Override
  public void addViewControllers(ViewControllerRegistry registry) {
    registry.addRedirectViewController("/ui", "/ui/");
    registry.addViewController("/ui/").setViewName("forward:/ui/index.html");
  }
}
