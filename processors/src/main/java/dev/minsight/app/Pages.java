package dev.minsight.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Serves our own pages under {@code /ui}; a file in {@code ./web} wins over the packaged one. */
@Configuration(proxyBeanMethods = false)
class Pages implements WebMvcConfigurer {

  private static final String SWAGGER_UI = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";

  @Override
  public void addResourceHandlers(ResourceHandlerRegistry registry) {
    // The viewer behind /ui/api; its files change with its version only, but their names do not.
    registry
        .addResourceHandler("/ui/api/swagger-ui/**")
        .addResourceLocations(
            "classpath:/META-INF/resources/webjars/swagger-ui/" + swaggerUiVersion() + "/")
        .setCacheControl(CacheControl.noCache())
        .setUseLastModified(true);
    registry
        .addResourceHandler("/ui/**")
        .addResourceLocations("file:web/", "classpath:/web/")
        // File names carry no version, so a browser asks each time; most answers are 304.
        .setCacheControl(CacheControl.noCache())
        .setUseLastModified(true);
  }

  private static String swaggerUiVersion() {
    try (InputStream in = Pages.class.getResourceAsStream(SWAGGER_UI)) {
      Properties pom = new Properties();
      pom.load(in);
      return pom.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + SWAGGER_UI, e);
    }
  }

  @Override
  public void addViewControllers(ViewControllerRegistry registry) {
    registry.addRedirectViewController("/ui", "/ui/");
    registry.addViewController("/ui/").setViewName("forward:/ui/index.html");
    registry.addRedirectViewController("/docs", "/ui/api/");
    registry.addRedirectViewController("/ui/api", "/ui/api/");
    registry.addViewController("/ui/api/").setViewName("forward:/ui/api/index.html");
  }
}
