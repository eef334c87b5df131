package dev.minsight.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.testing.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The intelligence client")
class IntelligenceClientTest {

  private static final String PREFIX = "GET /intelligence";

  private final ScriptedServer server = new ScriptedServer();
  private final MinsightClient client = MinsightClient.builder().servers(server.urls()).build();
  private final IntelligenceClient intelligence = client.intelligence();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @DisplayName("tells how far the work on an entity is, or that nobody looked yet")
  void get() {
    server.on(PREFIX + "/entities/7", 200, ScriptedServer.wire("intelligence"));
    server.on(PREFIX + "/entities/8", 200, "null");

    assertThat(intelligence.get(7))
        .hasValueSatisfying(state -> assertThat(state.faceCount()).isEqualTo(2));
    assertThat(intelligence.get(8)).isEmpty();
    assertThatThrownBy(() -> intelligence.get(9)).isInstanceOf(ApiException.NotFound.class);
  }

  @Test
  @DisplayName("lists faces, jobs and people")
  void lists() {
    server.on(PREFIX + "/entities/7/faces", 200, ScriptedServer.wire("faces"));
    server.on(PREFIX + "/entities/7/jobs", 200, ScriptedServer.wire("jobs"));
    server.on(PREFIX + "/known-persons", 200, ScriptedServer.wire("known-persons"));
    server.on(PREFIX + "/known-persons/5", 200, "{\"id\":5,\"created_at\":1,\"updated_at\":1}");
    server.on(PREFIX + "/known-persons/5/faces", 200, ScriptedServer.wire("faces"));

    assertThat(intelligence.faces(7).get(0).landmarks().noseTip()).isEqualTo(new Point(0.36, 0.31));
    assertThat(intelligence.jobs(7)).extracting(JobInfo::status).contains("failed");
    assertThat(intelligence.knownPersons()).extracting(KnownPerson::name).contains("Ada");
    assertThat(intelligence.knownPerson(5).faceCount()).isNull();
    assertThat(intelligence.personFaces(5)).hasSize(2);
  }

  @Test
  @DisplayName("searches with the parameter names of each of the two searches")
  void similar() {
    server.on(PREFIX + "/entities/7/similar", 200, ScriptedServer.wire("similar-entities"));
    server.on(PREFIX + "/faces/70000/similar", 200, ScriptedServer.wire("similar-faces"));
    SimilarQuery query = SimilarQuery.defaults().limit(3).threshold(0.5);

    assertThat(intelligence.similar(7, query.includeDetails(true)).results().get(0).entity())
        .isNotNull();
    assertThat(server.lastCall().query())
        .isEqualTo("limit=3&score_threshold=0.5&include_details=true");
    assertThat(intelligence.faceSimilar(70000, query.includeSelf(false)).results()).hasSize(2);
    assertThat(server.lastCall().query()).isEqualTo("limit=3&threshold=0.5&include_self=false");
    intelligence.similar(7, SimilarQuery.defaults());
    assertThat(server.lastCall().query()).isNull();
  }

  @Test
  @DisplayName("fetches vectors as the bytes they are")
  void embeddings() {
    byte[] npy = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    for (String path :
        new String[] {
          "/entities/7/clip_embedding", "/entities/7/dino_embedding", "/faces/70000/embedding"
        }) {
      server.on(PREFIX + path, 200, "application/octet-stream", npy);
    }

    assertThat(intelligence.clipEmbedding(7)).isEqualTo(npy);
    assertThat(intelligence.dinoEmbedding(7)).isEqualTo(npy);
    assertThat(intelligence.faceEmbedding(70000)).isEqualTo(npy);
    assertThatThrownBy(() -> intelligence.faceEmbedding(1))
        .isInstanceOf(ApiException.NotFound.class);
  }

  @Test
  @DisplayName("reads the health of a server that is down but answers")
  void health() {
    server.on("GET /actuator/health", 503, "{\"status\":\"DOWN\"}");
    assertThat(client.health().up()).isFalse();

    server.on("GET /actuator/health", 401, "{\"detail\":\"Authentication required\"}");
    assertThatThrownBy(client::health).isInstanceOf(ApiException.Unauthorized.class);
  }
}
