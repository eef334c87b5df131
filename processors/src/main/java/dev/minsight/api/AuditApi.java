package dev.minsight.api;

import dev.minsight.auth.AccountAudit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** {@code GET /auth/audit}: what was done to accounts, newest first, for admins. */
@Component("auditApi")
class AuditApi {

  private static final long USUAL = 50;
  private static final long MOST = 200;

  private final AccountAudit audit;

  AuditApi(AccountAudit audit) {
    this.audit = audit;
  }

  /** One page; {@code next_cursor} asks for the one after it and is null at the end. */
  public void list(Exchange exchange) {
    Form query = Form.query(exchange);
    Long userId = query.number("user_id").orElse(null);
    int limit = (int) query.number("limit", USUAL, 1, MOST);
    // The number of the last entry seen: pages stay right while new entries come in.
    long before = query.number("cursor").orElse(Long.MAX_VALUE);
    query.check();
    List<AccountAudit.Entry> found = audit.page(userId, before, limit + 1);
    List<AccountAudit.Entry> page = found.subList(0, Math.min(limit, found.size()));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("items", page.stream().map(AuditApi::wire).toList());
    body.put(
        "next_cursor", found.size() > limit ? Long.toString(page.get(page.size() - 1).id()) : null);
    Wire.json(exchange, 200, body);
  }

  private static Map<String, Object> wire(AccountAudit.Entry entry) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", entry.id());
    body.put("at", AuthTimes.naive(entry.at()));
    body.put("event", entry.event().wireName());
    body.put("actor", entry.actor());
    body.put("user_id", entry.userId());
    body.put("username", entry.username());
    body.put("detail", entry.detail());
    body.put("request_id", entry.requestId());
    return body;
  }
}
