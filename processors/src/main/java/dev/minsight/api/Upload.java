package dev.minsight.api;

import dev.minsight.store.Intake;
import dev.minsight.store.Staged;
import dev.minsight.support.ApiException;
import dev.minsight.support.OriginalName;
import dev.minsight.support.RetryableException;
import dev.minsight.support.Spooled;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.camel.Exchange;

/** A file in a multipart form, still where the container spooled it. */
final class Upload implements Spooled {

  private final Part part;

  private Upload(Part part) {
    this.part = part;
  }

  /**
   * Finds the uploaded file.
   *
   * @param fields names of the form field, the first that holds a file wins
   * @return empty if there is none, also for a file input that was left empty
   */
  static Optional<Upload> of(Exchange exchange, String... fields) {
    HttpServletRequest request = Requests.of(exchange);
    if (!Requests.isMultipart(request)) {
      return Optional.empty();
    }
    try {
      for (String field : fields) {
        Part part = request.getPart(field);
        if (part != null && part.getSubmittedFileName() != null && !leftEmpty(part)) {
          return Optional.of(new Upload(part));
        }
      }
      return Optional.empty();
    } catch (ServletException e) {
      throw new ApiException(422, "the form cannot be read: " + e.getMessage());
    } catch (IOException e) {
      throw new RetryableException("the form cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Finds the uploaded file, under the name it should have or else the first there is.
   *
   * @param field name of the form field
   * @return empty if there is no file at all
   */
  static Optional<Upload> preferably(Exchange exchange, String field) {
    Optional<Upload> named = of(exchange, field);
    if (named.isPresent() || !Requests.isMultipart(Requests.of(exchange))) {
      return named;
    }
    try {
      return Requests.of(exchange).getParts().stream()
          .filter(part -> part.getSubmittedFileName() != null && !leftEmpty(part))
          .findFirst()
          .map(Upload::new);
    } catch (ServletException e) {
      throw new ApiException(422, "the form cannot be read: " + e.getMessage());
    } catch (IOException e) {
      throw new RetryableException("the form cannot be read: " + e.getMessage(), e);
    }
  }

  /** The harmless part of its name; never empty. */
  String name() {
    String name = OriginalName.harmless(part.getSubmittedFileName());
    return name == null ? "upload" : name;
  }

  @Override
  public void moveTo(Path target) throws IOException {
    part.write(target.toString());
  }

  private static boolean leftEmpty(Part part) {
    return part.getSubmittedFileName().isEmpty() && part.getSize() == 0;
  }

  /** Bytes. */
  long size() {
    return part.getSize();
  }

  /** To be called once: the container's file moves. */
  Staged stage(Intake intake) {
    return intake.stage(this, part.getSubmittedFileName());
  }
}
