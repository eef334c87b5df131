package dev.minsight.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.support.MinsightProperties;
import dev.minsight.testing.Contract;
import dev.minsight.testing.TestServer;
import dev.minsight.testing.TestSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ServiceConfigTest {

  private final TestServer server = TestServer.shared();
  private final ServiceConfig config = server.bean(ServiceConfig.class);
  private final AccountAudit audit = server.bean(AccountAudit.class);

  @Test
  @DisplayName("AC-B33 A key that nobody set is not there")
  void unknownKey() {
    assertThat(config.find("no-such-key")).isEmpty();
  }

  @Test
  @DisplayName("AC-B34 A value is kept with who set it and when, and can be set again")
  void keepsValue() {
    config.set("colour", "red", "5");
    config.set("colour", "blue", "6");

    ServiceConfig.Entry entry = config.find("colour").orElseThrow();
    assertThat(entry.value()).isEqualTo("blue");
    assertThat(entry.updatedBy()).isEqualTo("6");
    assertThat(entry.updatedAt())
        .isCloseTo(System.currentTimeMillis(), org.assertj.core.api.Assertions.within(60_000L));
  }

  @Test
  @DisplayName("AC-B36 There is no cache to be behind: guest mode follows a foreign change at once")
  @Contract("store.md 2 read_auth_enabled")
  void guestModeIsNotCached() {
    GuestMode guestMode = server.bean(GuestMode.class);
    guestMode.set(false);
    assertThat(guestMode.isOn()).isFalse();
    server
        .bean(JdbcClient.class)
        .sql("UPDATE service_config SET value = 'false' WHERE key = 'read_auth_enabled'")
        .update();
    assertThat(guestMode.isOn()).isTrue();

    guestMode.set(false);
    assertThat(guestMode.isOn()).isFalse();
    guestMode.set(true);
  }

  @Test
  @DisplayName("AC-B37 What another process changed is seen at once: nothing is cached")
  @Contract("store.md 2 guest mode at once")
  void seesForeignChange() {
    config.set("shape", "round", null);
    server
        .bean(JdbcClient.class)
        .sql("UPDATE service_config SET value = 'square' WHERE key = 'shape'")
        .update();

    assertThat(config.find("shape").orElseThrow().value()).isEqualTo("square");
  }

  @Test
  @DisplayName("AC-B35 Never chosen, guests may read where only this machine reaches the server")
  @Contract("store.md 9 GET /admin/pref")
  void defaultFollowsTheAddress() {
    MinsightProperties here = TestSettings.at(Path.of("unused"));
    MinsightProperties anywhere =
        new MinsightProperties(
            here.home(),
            "0.0.0.0",
            here.roles(),
            here.ports(),
            here.mqtt(),
            here.auth(),
            here.api(),
            here.ingest(),
            here.media(),
            here.compute(),
            here.worker(),
            here.pipeline(),
            here.housekeeping(),
            here.models());
    server
        .bean(JdbcClient.class)
        .sql("DELETE FROM service_config WHERE key = 'read_auth_enabled'")
        .update();

    assertThat(new GuestMode(config, audit, here).isOn()).isTrue();
    assertThat(new GuestMode(config, audit, anywhere).isOn()).isFalse();
    assertThat(new GuestMode(config, audit, here).preference())
        .isEqualTo(new GuestMode.Preference(true, null, null));
  }
}
