package dev.minsight.ml;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * The inputs of a text model: token ids, and where an export wants them, which of them count and
 * their positions. Exports differ in that, in the length (any, or always the longest) and in the
 * type (int64 or int32); the names are those of Hugging Face's exporters.
 */
final class TokenInputs {

  /** What OpenAI's {@code clip.tokenize} pads with; nothing behind the end token is looked at. */
  private static final int PADDING = 0;

  private TokenInputs() {}

  /**
   * @return a tensor for each input of the session, to be closed by the caller
   * @throws OrtException if a tensor cannot be made, or an input is none that words give
   */
  static Map<String, OnnxTensor> of(int[] tokens, OrtSession session, OrtEnvironment environment)
      throws OrtException {
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
        TensorInfo info = (TensorInfo) input.getValue().getInfo();
        long[] shape = info.getShape();
        long fixed = shape.length == 2 ? shape[1] : -1;
        int length = fixed > 0 ? (int) fixed : tokens.length;
        IntUnaryOperator value = value(input.getKey(), tokens, session.getNumInputs() == 1);
        inputs.put(input.getKey(), tensor(info.type, length, value, environment));
      }
      return inputs;
    } catch (OrtException e) {
      inputs.values().forEach(OnnxTensor::close);
      throw e;
    }
  }

  private static IntUnaryOperator value(String input, int[] tokens, boolean only)
      throws OrtException {
    String name = input.toLowerCase(Locale.ROOT);
    if (name.contains("mask")) {
      return at -> at < tokens.length ? 1 : 0;
    }
    if (name.contains("position")) {
      return at -> at;
    }
    if (only || name.contains("ids")) {
      return at -> at < tokens.length ? tokens[at] : PADDING;
    }
    throw new OrtException("it wants an input " + input + ", which words do not give");
  }

  private static OnnxTensor tensor(
      OnnxJavaType type, int length, IntUnaryOperator value, OrtEnvironment environment)
      throws OrtException {
    long[] shape = {1, length};
    if (type == OnnxJavaType.INT32) {
      IntBuffer values = IntBuffer.allocate(length);
      for (int at = 0; at < length; at++) {
        values.put(at, value.applyAsInt(at));
      }
      return OnnxTensor.createTensor(environment, values, shape);
    }
    LongBuffer values = LongBuffer.allocate(length);
    for (int at = 0; at < length; at++) {
      values.put(at, value.applyAsInt(at));
    }
    return OnnxTensor.createTensor(environment, values, shape);
  }
}
