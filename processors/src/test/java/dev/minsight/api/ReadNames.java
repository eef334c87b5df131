package dev.minsight.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.filter.OncePerRequestFilter;

/** Notes by what names the server asks a request for parameters, files and headers. */
final class ReadNames extends OncePerRequestFilter {

  /** The names that a request was asked for. */
  record Names(Set<String> fields, Set<String> headers) {

    Names() {
      this(new ConcurrentSkipListSet<>(), new ConcurrentSkipListSet<>(String::compareToIgnoreCase));
    }
  }

  private final Map<String, Names> byRequest = new ConcurrentHashMap<>();

  /** For {@code TestServer.start}: ahead of our own filters, so that nothing is asked behind it. */
  void register(GenericApplicationContext context) {
    FilterRegistrationBean<ReadNames> filter = new FilterRegistrationBean<>(this);
    filter.setOrder(-200);
    context.registerBean("readNames", FilterRegistrationBean.class, () -> filter);
  }

  /**
   * @param requestId what the request said in {@code X-Request-Id}
   */
  Names of(String requestId) {
    return byRequest.getOrDefault(requestId, new Names());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String id = request.getHeader("X-Request-Id");
    if (id == null) {
      chain.doFilter(request, response);
      return;
    }
    Names names = byRequest.computeIfAbsent(id, key -> new Names());
    chain.doFilter(new Noting(request, names), response);
  }

  private static final class Noting extends HttpServletRequestWrapper {

    private final Names names;

    Noting(HttpServletRequest request, Names names) {
      super(request);
      this.names = names;
    }

    @Override
    public String getParameter(String name) {
      names.fields().add(name);
      return super.getParameter(name);
    }

    @Override
    public String[] getParameterValues(String name) {
      names.fields().add(name);
      return super.getParameterValues(name);
    }

    @Override
    public Part getPart(String name) throws IOException, ServletException {
      names.fields().add(name);
      return super.getPart(name);
    }

    @Override
    public String getHeader(String name) {
      names.headers().add(name);
      return super.getHeader(name);
    }

    @Override
    public long getDateHeader(String name) {
      names.headers().add(name);
      return super.getDateHeader(name);
    }
  }
}
