package dev.minsight.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.minsight.testing.Contract;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WirePayloadTest {

  @Test
  @DisplayName("Payloads are the contract's JSON, with nulls included")
  @Contract({
    "mqtt.md 2 seed-plan capability",
    "mqtt.md 3 progress",
    "mqtt.md 4 worker_id",
    "mqtt.md 4 capabilities",
    "mqtt.md 4 idle_count",
    "mqtt.md 4 timestamp",
    "mqtt.md 5 status",
    "mqtt.md 5 timestamp",
    "mqtt.md 5 version_start, version_end",
    "mqtt.md 5 processed_count",
    "mqtt.md 6 entity_id",
    "mqtt.md 6 status",
    "mqtt.md 6 timestamp",
    "mqtt.md 6 face_detection, clip_embedding, dino_embedding",
    "mqtt.md 6 face_count",
    "mqtt.md 6 face_embeddings"
  })
  void writesContractJson() {
    assertThat(new JobEvent("j1", "queued", 5, null).json())
        .isEqualTo(
            "{\"job_id\":\"j1\",\"event_type\":\"queued\",\"timestamp\":5,\"progress\":null}");
    assertThat(new StoreItem(7, "d41d", 5).json())
        .isEqualTo("{\"id\":7,\"md5\":\"d41d\",\"timestamp\":5}");
    String process = ManagementFactory.getRuntimeMXBean().getName();
    assertThat(MInsightStatus.running(5, 2, 9).json())
        .isEqualTo(
            "{\"status\":\"running\",\"timestamp\":5,\"version_start\":2,\"version_end\":9,"
                + "\"processed_count\":-1,\"process_id\":\""
                + process
                + "\"}");
    assertThat(MInsightStatus.offline(5).json())
        .isEqualTo(
            "{\"status\":\"offline\",\"timestamp\":5,\"version_start\":null,\"version_end\":null,"
                + "\"processed_count\":null,\"process_id\":\""
                + process
                + "\"}");
    assertThat(new WorkerCapability("w", List.of("hash"), 1, 5).json())
        .isEqualTo(
            "{\"worker_id\":\"w\",\"capabilities\":[\"hash\"],\"idle_count\":1,\"timestamp\":5}");
    assertThat(
            new EntityStatus(3, "processing", 5, "completed", 2, "pending", null, List.of("done"))
                .json())
        .isEqualTo(
            "{\"entity_id\":3,\"status\":\"processing\",\"timestamp\":5,"
                + "\"face_detection\":\"completed\",\"face_count\":2,"
                + "\"clip_embedding\":\"pending\",\"dino_embedding\":null,"
                + "\"face_embeddings\":[\"done\"]}");
  }

  @Test
  @DisplayName("A payload with fields that we do not know is read all the same")
  void ignoresUnknownFields() {
    assertThat(
            WirePayload.parse(
                "{\"status\":\"idle\",\"timestamp\":4,\"pid\":12}", MInsightStatus.class))
        .contains(new MInsightStatus("idle", 4, null, null, null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "7",
        "not json",
        "{\"status\":\"completed\",\"timestamp\":1}",
        "{\"entity_id\":1,\"timestamp\":1}",
        "{\"entity_id\":1,\"status\":\"completed\"}",
        "{\"entity_id\":1,\"status\":null,\"timestamp\":1}",
        "{\"entity_id\":\"x\",\"status\":\"completed\",\"timestamp\":1}"
      })
  @DisplayName(
      "AC-O12 What lacks entity_id, status or timestamp, or is empty or no object, is no entity"
          + " status")
  @Contract({"mqtt.md 6 ref-SDK subscription", "pipeline.md 7 SDK subscription"})
  void refusesIncomplete(String message) {
    assertThat(WirePayload.parse(message, EntityStatus.class)).isEmpty();
  }
}
