package dev.minsight.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minsight.testing.Repository;
import dev.minsight.testing.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin that {@code docs/compute.md} shows, built and dropped into a server. */
class PluginJarTest {

  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  @DisplayName("A jar in plugins/ adds a task type: its form, its schema, its jobs")
  void tenthPlugin() throws IOException {
    Path home = Files.createDirectories(folder.resolve("home"));
    jar(Files.createDirectories(home.resolve("plugins")).resolve("byte-count.jar"));
    Path file = Files.write(folder.resolve("bytes.bin"), new byte[] {7, 1, 7, 7});

    try (TestServer server = TestServer.start(home)) {
      String admin = server.adminToken();
      JsonNode plugins = TestServer.json(server.get(server.compute("/plugins"), admin));
      assertThat(plugins.findValuesAsText("task_type")).contains("byte_count");
      assertThat(
              server
                  .multipart(
                      "POST",
                      server.compute("/jobs/byte_count"),
                      admin,
                      Map.of("value", "-1"),
                      "file",
                      file)
                  .statusCode())
          .isEqualTo(422);

      String id =
          TestServer.json(
                  server.multipart(
                      "POST",
                      server.compute("/jobs/byte_count"),
                      admin,
                      Map.of("value", "7"),
                      "file",
                      file))
              .get("job_id")
              .asText();

      JsonNode job =
          await()
              .atMost(Duration.ofSeconds(60))
              .until(
                  () -> TestServer.json(server.get(server.compute("/jobs/" + id), admin)),
                  now -> now.get("status").asText().equals("completed"));
      assertThat(job.at("/task_output/times").asLong()).isEqualTo(3);
      assertThat(job.at("/params/output_path").asText()).isEqualTo("output/count.txt");
    }
  }

  private void jar(Path target) throws IOException {
    Matcher code = CODE.matcher(Files.readString(Repository.root().resolve("docs/compute.md")));
    assertThat(code.find()).isTrue();
    Path source =
        Files.writeString(
            Files.createDirectories(folder.resolve("org/example")).resolve("ByteCount.java"),
            code.group(1));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean built =
          compiler
              .getTask(
                  null,
                  files,
                  null,
                  List.of("-d", classes.toString()),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      assertThat(built).isTrue();
    }
    try (OutputStream out = Files.newOutputStream(target);
        ZipOutputStream zip = new ZipOutputStream(out);
        var made = Files.walk(classes)) {
      for (Path file : made.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
        zip.write(Files.readAllBytes(file));
      }
      zip.putNextEntry(new ZipEntry("META-INF/services/dev.minsight.compute.Plugin"));
      zip.write("org.example.ByteCount\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }
}
