package dev.minsight.api;

import dev.minsight.support.MinsightProperties;
import java.util.Map;
import org.springframework.http.ResponseEntity;
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
  ResponseEntity<Map<String, Object>> tooLarge(MaxUploadSizeExceededException e) {
    return ResponseEntity.unprocessableEntity()
        .body(
            Map.of(
                "detail",
                "the file is larger than "
                    + settings.media().maxBytes()
                    + " bytes, the limit of this server (minsight.media.max-bytes)"));
  }

  @ExceptionHandler
  ResponseEntity<Map<String, Object>> broken(MultipartException e) {
    return ResponseEntity.unprocessableEntity()
        .body(Map.of("detail", "the multipart form cannot be read; is it complete?"));
  }
}
