package dev.minsight.api;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** What the container refuses by itself (no such path, wrong method), in the contract's form. */
@Controller
class ErrorPage implements ErrorController {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorPage.class);

  @RequestMapping("${server.error.path:/error}")
  void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Integer code = (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    HttpStatus status = code == null ? null : HttpStatus.resolve(code);
    if (status == null) {
      status = code == null ? HttpStatus.NOT_FOUND : HttpStatus.INTERNAL_SERVER_ERROR;
    }
    String detail = status.getReasonPhrase();
    if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure) {
      String id = Requests.id(request, response);
      LOG.error("Request {} failed", id, failure);
      detail = "Internal error; the log has it under " + id;
    }
    ErrorBodies.write(request, response, status.value(), detail);
  }
}
