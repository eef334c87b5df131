package dev.minsight.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.multipart.support.StandardMultipartHttpServletRequest;
import org.springframework.web.multipart.support.StandardServletMultipartResolver;

/**
 * Leaves uploaded files where the container spooled them. Camel would copy each file of {@code
 * getFileMap} into the temporary folder once more, and nobody would remove that copy; the beans
 * behind the routes read the servlet's parts themselves, see {@link Upload}.
 */
@Component("multipartResolver")
class MultipartForms extends StandardServletMultipartResolver {

  @Override
  public MultipartHttpServletRequest resolveMultipart(HttpServletRequest request) {
    return new StandardMultipartHttpServletRequest(request) {
      @Override
      public Map<String, MultipartFile> getFileMap() {
        return Map.of();
      }
    };
  }
}
