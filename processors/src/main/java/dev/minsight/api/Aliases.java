package dev.minsight.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.server.RequestPath;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * The paths of older clients (store.md section 3) become today's before anybody decides by them, so
 * that an alias can never allow more or less than what it stands for.
 */
final class Aliases extends OncePerRequestFilter {

  private static final Map<Pattern, String> TODAY = new LinkedHashMap<>();

  static {
    TODAY.put(Pattern.compile("/entity(/.*)?"), "/entities$1");
    TODAY.put(Pattern.compile("/download/([^/]+)"), "/entities/$1/media");
    TODAY.put(Pattern.compile("/preview/([^/]+)"), "/entities/$1/preview");
    TODAY.put(Pattern.compile("/stream/([^/]+)/([^/]+)"), "/entities/$1/stream/$2");
    TODAY.put(
        Pattern.compile(
            "/entities/([^/]+)/(faces|jobs|similar|duplicates|clip_embedding|dino_embedding)"),
        "/intelligence/entities/$1/$2");
    TODAY.put(
        Pattern.compile("/entities/([^/]+)/embedding"), "/intelligence/entities/$1/clip_embedding");
    TODAY.put(
        Pattern.compile("/faces/([^/]+)/(embedding|similar|matches|image)"),
        "/intelligence/faces/$1/$2");
    TODAY.put(Pattern.compile("/known-persons(/.*)?"), "/intelligence/known-persons$1");
    TODAY.put(Pattern.compile("/admin/config(/guest-mode)?"), "/admin/pref$1");
    TODAY.put(Pattern.compile("/compute(/jobs(/.*)?|/capabilities)"), "$1");
    TODAY.put(Pattern.compile("/((?!admin/|compute/)[a-z0-9_]+)/jobs"), "/jobs/$1");
  }

  /**
   * Request attribute: the path of a job's file within the job's folder, still encoded. A variable
   * of a route is one segment, so a longer path is handed on beside it.
   */
  static final String JOB_FILE = Aliases.class.getName() + ".job-file";

  private static final Pattern JOB_FILE_PATH = Pattern.compile("(/jobs/[^/]+/files/)(.+/.*)");

  /**
   * @return the path under its name of today; itself when it is no alias
   */
  static String today(String path) {
    Matcher file = JOB_FILE_PATH.matcher(named(path));
    return file.matches() ? file.group(1) + "-" : named(path);
  }

  private static String named(String path) {
    for (Map.Entry<Pattern, String> alias : TODAY.entrySet()) {
      Matcher matcher = alias.getKey().matcher(path);
      if (matcher.matches()) {
        return matcher.group(1) == null
            ? alias.getValue().replace("$1", "")
            : matcher.replaceFirst(alias.getValue());
      }
    }
    return path;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String path = request.getRequestURI();
    if (today(path).equals(path)) {
      chain.doFilter(request, response);
      return;
    }
    Matcher file = JOB_FILE_PATH.matcher(named(path));
    if (file.matches()) {
      request.setAttribute(JOB_FILE, file.group(2));
    }
    RequestPath parsed = (RequestPath) request.getAttribute(ServletRequestPathUtils.PATH_ATTRIBUTE);
    ServletRequestPathUtils.clearParsedRequestPath(request);
    try {
      chain.doFilter(new Renamed(request), response);
    } finally {
      ServletRequestPathUtils.setParsedRequestPath(parsed, request);
    }
  }

  /** The same request under the path of today. */
  private static final class Renamed extends HttpServletRequestWrapper {

    Renamed(HttpServletRequest request) {
      super(request);
    }

    @Override
    public String getRequestURI() {
      return today(super.getRequestURI());
    }

    @Override
    public StringBuffer getRequestURL() {
      StringBuffer url = super.getRequestURL();
      String path = super.getRequestURI();
      url.replace(url.length() - path.length(), url.length(), today(path));
      return url;
    }

    @Override
    public String getServletPath() {
      return today(super.getServletPath());
    }
  }
}
