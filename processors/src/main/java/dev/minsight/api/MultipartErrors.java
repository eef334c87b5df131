package dev.minsight.api;

import dev.minsight.support.MinsightProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.tomcat.util.http.fileupload.impl.FileCountLimitExceededException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;

/** Forms that fail before a route sees them get the same error body as everything else. */
@RestControllerAdvice
class MultipartErrors {

  private final MinsightProperties settings;

  MultipartErrors(MinsightProperties settings) {
    this.settings = settings;
  }

  @ExceptionHandler
  void tooLarge(
      MaxUploadSizeExceededException e, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String detail =
        NestedExceptionUtils.getMostSpecificCause(e) instanceof FileCountLimitExceededException
            ? "the form has too many parts"
            : "the file is larger than "
                + settings.media().maxBytes()
                + " bytes, the limit of this server (minsight.media.max-bytes)";
    ErrorBodies.write(request, response, 422, detail);
  }

  @ExceptionHandler
  void broken(MultipartException e, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    ErrorBodies.write(request, response, 422, "the multipart form cannot be read; is it complete?");
  }
}
