package dev.minsight.api;

import static dev.minsight.api.Access.ACCOUNT;
import static dev.minsight.api.Access.ACCOUNTS;
import static dev.minsight.api.Access.ADMIN;
import static dev.minsight.api.Access.COMPUTE;
import static dev.minsight.api.Access.KEYS;
import static dev.minsight.api.Access.MEDIA;
import static dev.minsight.api.Access.OPERATOR;
import static dev.minsight.api.Access.PUBLIC;
import static dev.minsight.api.Access.READ;
import static dev.minsight.api.Access.SESSION;
import static dev.minsight.api.Access.WORKER;
import static dev.minsight.api.Access.WRITE;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Who may call what: the whole HTTP surface in one table. The first line that fits decides. What
 * has no line is served to admins only and does not exist for anybody else, so a new operation
 * needs its line here.
 */
final class AccessTable {

  private static final String ANY = "*";

  private static final List<Rule> RULES =
      List.of(
          // who answers, and how to talk to it
          rule(PUBLIC, "GET", "/"),
          rule(PUBLIC, "GET", "/openapi.json"),
          rule(PUBLIC, "GET", "/docs"),
          rule(PUBLIC, "GET", "/ui/**"),
          rule(PUBLIC, "GET", "/favicon.ico"),
          rule(PUBLIC, "GET", "/actuator/health/**"),

          // accounts
          rule(PUBLIC, "POST", "/auth/token"),
          rule(PUBLIC, "GET", "/auth/public-key"),
          rule(SESSION, "POST", "/auth/token/refresh"),
          rule(ACCOUNT, "POST", "/auth/link-token"),
          rule(KEYS, "GET,POST", "/auth/api-keys"),
          rule(KEYS, "DELETE", "/auth/api-keys/{id}"),
          rule(ACCOUNTS, "POST", "/auth/keys/rotate"),
          rule(ACCOUNTS, "GET", "/auth/audit"),
          rule(ACCOUNT, "GET", "/users/me"),
          rule(ACCOUNTS, "GET,POST", "/users"),
          rule(ACCOUNTS, "GET,PUT,PATCH,DELETE", "/users/{id}"),

          // entities
          rule(READ, "GET", "/entities"),
          rule(READ, "GET", "/entities/lookup"),
          rule(WRITE, "POST", "/entities"),
          rule(READ, "GET", "/entities/{id}"),
          rule(WRITE, "PUT,PATCH,DELETE", "/entities/{id}"),
          rule(READ, "GET", "/entities/{id}/versions"),
          rule(READ, "GET", "/entities/{id}/timeline"),
          rule(MEDIA, "GET", "/entities/{id}/media"),
          rule(MEDIA, "GET", "/entities/{id}/preview"),
          rule(MEDIA, "GET", "/entities/{id}/stream/**"),
          rule(WRITE, "DELETE", "/entities/{id}/stream"),
          rule(WRITE, "POST", "/entities/{id}/restore"),
          rule(WRITE, "DELETE", "/faces/{id}"),
          rule(READ, "GET", "/activity"),

          // intelligence, search, people, review
          rule(MEDIA, "GET", "/intelligence/faces/{id}/image"),
          rule(ADMIN, "POST", "/intelligence/reprocess"),
          rule(READ, "GET", "/intelligence/**"),
          rule(WRITE, "POST,PUT,PATCH,DELETE", "/intelligence/**"),

          // compute
          rule(PUBLIC, "GET", "/capabilities"),
          rule(PUBLIC, "GET", "/plugins"),
          rule(COMPUTE, "GET", "/jobs"),
          rule(COMPUTE, "POST", "/jobs/{plugin}"),
          rule(COMPUTE, "GET,DELETE", "/jobs/{id}"),
          rule(COMPUTE, "GET", "/jobs/{id}/files/**"),
          rule(COMPUTE, "GET", "/jobs/{id}/events"),
          rule(COMPUTE, "POST", "/jobs/{id}/cancel"),
          rule(COMPUTE, "POST", "/jobs/{id}/retry"),
          rule(WORKER, "PUT,DELETE", "/workers/{worker}"),
          rule(WORKER, "POST", "/workers/{worker}/tasks"),
          rule(WORKER, "GET,POST", "/workers/{worker}/tasks/{task}/{act}"),

          // administration
          rule(ADMIN, "GET", "/admin/pref"),
          rule(ADMIN, "GET,PUT", "/admin/pref/guest-mode"),
          rule(ADMIN, "PUT", "/admin/config/read-auth"),
          rule(ADMIN, "GET", "/admin/jobs/storage/size"),
          rule(ADMIN, "DELETE", "/admin/jobs/cleanup"),
          rule(ADMIN, "GET", "/system/audit"),
          rule(ADMIN, "POST", "/system/clear-orphans"),
          rule(ADMIN, "POST", "/system/pipeline/pause"),
          rule(ADMIN, "POST", "/system/pipeline/resume"),
          rule(ADMIN, "GET", "/system/vectors"),
          rule(ADMIN, "POST", "/system/vectors/rebuild"),
          rule(ADMIN, "GET", "/m_insight/status"),

          // operation: never open, not even without accounts
          rule(OPERATOR, ANY, "/actuator/**"),
          rule(OPERATOR, ANY, "/engine-rest/**"));

  private record Rule(Access access, Set<String> methods, PathPattern path) {

    boolean fits(String method) {
      return methods.contains(ANY)
          || methods.contains(method)
          || method.equals("HEAD") && methods.contains("GET");
    }
  }

  private AccessTable() {}

  private static Rule rule(Access access, String methods, String path) {
    return new Rule(
        access, Set.of(methods.split(",")), PathPatternParser.defaultInstance.parse(path));
  }

  /**
   * @param method HTTP method; HEAD is allowed where GET is
   * @param path within the application, parsed as Spring MVC parses it
   * @return who may call the operation, or empty when the table does not know it
   */
  static Optional<Access> find(String method, PathContainer path) {
    return RULES.stream()
        .filter(rule -> rule.fits(method) && rule.path().matches(path))
        .map(Rule::access)
        .findFirst();
  }

  /**
   * @param path within the application
   * @return the methods the table knows for the path; empty when there is nothing at that path
   */
  static Set<String> methods(PathContainer path) {
    Set<String> methods = new TreeSet<>();
    RULES.stream()
        .filter(rule -> rule.path().matches(path))
        .forEach(rule -> methods.addAll(rule.methods()));
    return methods;
  }
}
