package dev.minsight.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.minsight.testing.ScriptedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The store client")
class StoreClientTest {

  private final ScriptedServer server = new ScriptedServer();
  private final StoreClient store =
      MinsightClient.builder().servers(server.urls()).token("secret").build().store();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  @DisplayName("lists with every filter of the contract, encoded")
  void list() {
    server.on("GET /entities", 200, ScriptedServer.wire("entities"));

    EntityPage page =
        store.list(
            EntityFilter.everything()
                .page(2)
                .pageSize(50)
                .search("Gräfin & Söhne")
                .excludeDeleted()
                .md5("ab")
                .mimeType("image/jpeg")
                .type("image")
                .size(1600, 1200)
                .fileSize(1L, null)
                .added(Instant.ofEpochMilli(5), null)
                .parent(0)
                .collections(false)
                .where("version", 1));

    assertThat(page.items()).extracting(Entity::id).containsExactly(8L, 7L, 3L);
    assertThat(page.pagination().totalItems()).isEqualTo(3);
    assertThat(server.lastCall().query())
        .isEqualTo(
            "page=2&page_size=50&search_query=Gr%C3%A4fin+%26+S%C3%B6hne&exclude_deleted=true"
                + "&md5=ab&mime_type=image%2Fjpeg&type=image&width=1600&height=1200"
                + "&file_size_min=1&date_from=5&parent_id=0&is_collection=false&version=1");
    assertThat(server.lastCall().header("Authorization")).isEqualTo("Bearer secret");
  }

  @Test
  @DisplayName("keeps a filter as it was when a narrower one is made of it")
  void filtersAreValues() {
    server.on("GET /entities", 200, ScriptedServer.wire("entities"));
    EntityFilter images = EntityFilter.everything().type("image");
    images.page(9);

    store.list(images);

    assertThat(server.lastCall().query()).isEqualTo("type=image");
  }

  @Test
  @DisplayName("gets an entity, an older state of it, and its history")
  void getAndVersions() {
    server.on("GET /entities/7", 200, ScriptedServer.wire("entity-with-intelligence"));
    server.on("GET /entities/7/versions", 200, ScriptedServer.wire("versions"));

    assertThat(store.get(7).intelligenceData().completed()).isTrue();
    assertThat(server.lastCall().query()).isNull();
    assertThat(store.get(7, 1).label()).isEqualTo("Gräfin am Strand.jpg");
    assertThat(server.lastCall().query()).isEqualTo("version=1");
    assertThat(store.versions(7)).hasSize(2);
  }

  @Test
  @DisplayName("finds a collection by name and content by digest, or nothing")
  void lookup() {
    assertThat(store.findCollection("Holiday")).isEmpty();
    assertThat(server.lastCall().query()).isEqualTo("label=Holiday");
    server.on("GET /entities/lookup", 200, ScriptedServer.wire("collection"));
    assertThat(store.findCollection("Holiday")).map(Entity::id).contains(3L);
    assertThat(store.findContent("abc")).isPresent();
    assertThat(server.lastCall().query()).isEqualTo("md5=abc");
  }

  @Test
  @DisplayName("creates a collection by a form without nulls (AC-C26)")
  void createCollection() {
    server.on("POST /entities", 201, ScriptedServer.wire("collection"));

    Entity made = store.createCollection(EntityDraft.labelled("Holiday").in(2));

    assertThat(made.isCollection()).isTrue();
    assertThat(server.lastCall().header("Content-Type"))
        .isEqualTo("application/x-www-form-urlencoded");
    assertThat(server.lastCall().text()).isEqualTo("is_collection=true&label=Holiday&parent_id=2");
  }

  @Test
  @DisplayName("uploads a file as multipart with a known length, its fields first")
  void upload() throws IOException {
    server.on("POST /entities", 201, ScriptedServer.wire("entity"));
    Path file = Files.writeString(folder.resolve("Gräfin \"am\" Strand.jpg"), "the bytes");

    Uploaded uploaded = store.upload(file, EntityDraft.labelled("Größe").describedAs("a\nb").in(3));

    assertThat(uploaded.known()).isFalse();
    assertThat(uploaded.entity().id()).isEqualTo(7);
    ScriptedServer.Call call = server.lastCall();
    String boundary = call.header("Content-Type").replace("multipart/form-data; boundary=", "");
    assertThat(call.header("Content-Length")).isEqualTo(String.valueOf(call.body().length));
    assertThat(call.text())
        .isEqualTo(
            """
            --BOUNDARY
            Content-Disposition: form-data; name="is_collection"
            Content-Type: text/plain; charset=utf-8

            false
            --BOUNDARY
            Content-Disposition: form-data; name="label"
            Content-Type: text/plain; charset=utf-8

            Größe
            --BOUNDARY
            Content-Disposition: form-data; name="description"
            Content-Type: text/plain; charset=utf-8

            a!b
            --BOUNDARY
            Content-Disposition: form-data; name="parent_id"
            Content-Type: text/plain; charset=utf-8

            3
            --BOUNDARY
            Content-Disposition: form-data; name="media_file"; filename="Gräfin %22am%22 Strand.jpg"
            Content-Type: application/octet-stream

            the bytes
            --BOUNDARY--
            """
                .replace("BOUNDARY", boundary)
                .replace("\n", "\r\n")
                .replace("a!b", "a\nb"));
  }

  @Test
  @DisplayName("says when the server had the content already")
  void uploadKnown() throws IOException {
    server.on("POST /entities", 200, ScriptedServer.wire("entity"));
    Path file = Files.writeString(folder.resolve("again.jpg"), "the bytes");

    assertThat(store.upload(file, EntityDraft.labelled("again")).known()).isTrue();
  }

  @Test
  @DisplayName("does not call at all for a file that is not there or is a folder")
  void uploadMissing() {
    EntityDraft draft = EntityDraft.labelled("x");
    assertThatThrownBy(() -> store.upload(folder.resolve("missing.jpg"), draft))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> store.upload(folder, draft)).isInstanceOf(NoSuchFileException.class);
    assertThat(server.calls()).isEmpty();
  }

  @Test
  @DisplayName("downloads media and preview, replacing what was there")
  void download() throws IOException {
    byte[] photo = new byte[300_000];
    new Random(1).nextBytes(photo);
    server.on("GET /entities/7/media", 200, "image/jpeg", photo);
    server.on("GET /entities/7/preview", 200, "image/png", new byte[] {1, 2, 3});
    Path target = Files.writeString(folder.resolve("photo.jpg"), "old");

    store.downloadMedia(7, target);
    assertThat(target).hasBinaryContent(photo);

    store.downloadPreview(7, target);
    assertThat(target).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(folder).isDirectoryContaining(target::equals);
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  @DisplayName("AC-J02 tells where the stream of a video is, without asking for it")
  void streamUrl() {
    assertThat(store.streamUrl(7))
        .isEqualTo(URI.create(server.urls().store() + "/entities/7/stream/adaptive.m3u8"));
    assertThat(server.calls()).isEmpty();
  }

  @Test
  @DisplayName("leaves the old file alone when a download is refused or breaks")
  void downloadFails() throws IOException {
    Path target = Files.writeString(folder.resolve("photo.jpg"), "old");
    assertThatThrownBy(() -> store.downloadMedia(7, target))
        .isInstanceOf(ApiException.NotFound.class);
    server.onExchange(
        "GET /entities/7/media",
        call -> {
          call.sendResponseHeaders(200, 1000);
          call.getResponseBody().write(new byte[10]);
        });
    assertThatThrownBy(() -> store.downloadMedia(7, target))
        .isInstanceOf(ApiException.ServerUnreachable.class);

    assertThat(target).hasContent("old");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  @DisplayName("blames the disk, not the server, when a download cannot be written")
  void downloadUnwritable() {
    server.on("GET /entities/7/media", 200, "image/jpeg", new byte[10]);

    assertThatThrownBy(() -> store.downloadMedia(7, folder.resolve("no/such/folder.jpg")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> store.downloadMedia(7, folder)).isInstanceOf(IOException.class);
    assertThat(folder).exists();
  }
}
