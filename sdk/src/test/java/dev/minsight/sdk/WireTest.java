package dev.minsight.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minsight.testing.ScriptedServer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The wire records")
class WireTest {

  private final ObjectMapper mapper = Wire.newMapper();

  static Stream<Arguments> examples() {
    return Stream.of(
        Arguments.of("entity", Entity.class, false),
        Arguments.of("collection", Entity.class, false),
        Arguments.of("entity-with-intelligence", Entity.class, false),
        Arguments.of("entities", EntityPage.class, false),
        Arguments.of("versions", EntityVersion.class, true),
        Arguments.of("intelligence", Intelligence.class, false),
        Arguments.of("intelligence-completed", Intelligence.class, false),
        Arguments.of("jobs", JobInfo.class, true),
        Arguments.of("faces", Face.class, true),
        Arguments.of("known-persons", KnownPerson.class, true),
        Arguments.of("similar-entities", SimilarEntities.class, false),
        Arguments.of("similar-faces", SimilarFaces.class, false),
        Arguments.of("user", User.class, false),
        Arguments.of("public-key", PublicKey.class, false),
        Arguments.of("token", Token.class, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  @DisplayName("come back from a round trip as the server sent them, value by value")
  void roundTrip(String example, Class<?> type, boolean list) throws IOException {
    JsonNode sent = mapper.readTree(ScriptedServer.wire(example));

    Object read = mapper.treeToValue(sent, javaType(type, list));

    assertThat(mapper.readTree(mapper.writeValueAsBytes(read))).isEqualTo(sent);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  @DisplayName("pass over fields of a newer server, at every depth")
  void unknownFields(String example, Class<?> type, boolean list) throws IOException {
    JsonNode sent = mapper.readTree(ScriptedServer.wire(example));
    Object expected = mapper.treeToValue(sent, javaType(type, list));
    JsonNode newer = sent.deepCopy();
    addUnknown(newer);

    assertThat(newer).isNotEqualTo(sent);
    assertThat(mapper.<Object>treeToValue(newer, javaType(type, list))).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("examples")
  @DisplayName("are read alike by a caller's own, strict mapper")
  void anyMapper(String example, Class<?> type, boolean list) throws IOException {
    JsonNode newer = mapper.readTree(ScriptedServer.wire(example));
    addUnknown(newer);

    Object read = new ObjectMapper().treeToValue(newer, javaType(type, list));

    assertThat(read).isEqualTo(mapper.treeToValue(newer, javaType(type, list)));
  }

  @Test
  @DisplayName("fill in what the contract promises when the server sends the least it may")
  void defaults() throws IOException {
    assertThat(mapper.readValue("{\"id\":1}", Entity.class))
        .satisfies(entity -> assertThat(entity.isCollection()).isFalse())
        .satisfies(entity -> assertThat(entity.label()).isNull());
    Intelligence bare = mapper.readValue("{\"last_updated\":5}", Intelligence.class);
    assertThat(bare.overallStatus()).isEqualTo("queued");
    assertThat(bare.activeJobs()).isEmpty();
    assertThat(bare.inferenceStatus())
        .isEqualTo(new InferenceStatus("pending", "pending", "pending", null, null));
    assertThat(mapper.readValue("{}", EntityPage.class).items()).isEmpty();
    assertThat(mapper.readValue("{\"is_active\":null}", User.class).isActive()).isTrue();
  }

  @Test
  @DisplayName("carry versions with whole numbers and a textual operation (AC-Q03)")
  void versions() throws IOException {
    List<EntityVersion> versions =
        mapper.readValue(ScriptedServer.wire("versions"), javaType(EntityVersion.class, true));
    assertThat(versions)
        .extracting(EntityVersion::version, EntityVersion::transactionId)
        .containsExactly(tuple(1, 11L), tuple(2, 15L));
    assertThat(versions.get(0).operationType()).isEqualTo("INSERT");
    assertThat(
            mapper
                .readValue("{\"version\":1,\"transaction_id\":2}", EntityVersion.class)
                .operationType())
        .isNull();
  }

  @Test
  @DisplayName("know how the three services introduce themselves")
  void roots() throws IOException {
    assertThat(mapper.readValue(ScriptedServer.wire("root-auth"), ServiceInfo.class).message())
        .isEqualTo("authentication service is running");
    assertThat(mapper.readValue(ScriptedServer.wire("root-store"), ServiceInfo.class))
        .isEqualTo(new ServiceInfo("healthy", "CoLAN Store Server", "v1", "on", null));
    Health health = mapper.readValue(ScriptedServer.wire("health"), Health.class);
    assertThat(health.up()).isTrue();
    assertThat(health.components().get("models").details())
        .isEqualTo(Map.of("face_detection", "bundled lite model"));
  }

  @Test
  @DisplayName("read a time with or without a zone; without one it is UTC")
  void times() throws IOException {
    Instant half = Instant.parse("2026-01-01T10:30:00Z");
    assertThat(created("2026-01-01T10:30:00")).contains(half);
    assertThat(created("2026-01-01T10:30:00Z")).contains(half);
    assertThat(created("2026-01-01T12:30:00+02:00")).contains(half);
    assertThat(mapper.readValue("{}", User.class).created()).isEmpty();
  }

  @Test
  @DisplayName("tell when a token ends, and keep quiet about one that is no JWT")
  void tokenExpiry() throws IOException {
    Token token = mapper.readValue(ScriptedServer.wire("token"), Token.class);
    assertThat(token.expiresAt()).contains(Instant.ofEpochSecond(1767227400));
    assertThat(new Token("no-jwt", "bearer").expiresAt()).isEmpty();
    assertThat(new Token("a.%%%.c", "bearer").expiresAt()).isEmpty();
    assertThat(new Token("a.bm90IGpzb24.c", "bearer").expiresAt()).isEmpty();
    assertThat(new Token(null, null).expiresAt()).isEmpty();
    assertThat(token.toString()).doesNotContain(token.accessToken());
  }

  private Optional<Instant> created(String text) throws IOException {
    return mapper.readValue("{\"created_at\":\"" + text + "\"}", User.class).created();
  }

  private JavaType javaType(Class<?> type, boolean list) {
    return list
        ? mapper.getTypeFactory().constructCollectionType(List.class, type)
        : mapper.constructType(type);
  }

  private static void addUnknown(JsonNode node) {
    node.forEach(WireTest::addUnknown);
    if (node instanceof ObjectNode object) {
      object.put("from_the_future", 1);
    }
  }
}
