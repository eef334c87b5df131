package dev.minsight.ml;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an ONNX model by hand: nodes and constants in the order they are added, so the same calls
 * give the same bytes. The numbers in the code are the field numbers of {@code onnx.proto}.
 */
final class OnnxGraph {

  private static final int IR_VERSION = 8;
  private static final int OPSET = 13;

  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private static final int ATTRIBUTE_FLOAT = 1;
  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_INTS = 7;

  private final String name;
  private final List<ByteString> nodes = new ArrayList<>();
  private final List<ByteString> constants = new ArrayList<>();
  private final List<ByteString> inputs = new ArrayList<>();
  private int names;

  OnnxGraph(String name) {
    this.name = name;
  }

  /** An attribute of a node. */
  record Attribute(ByteString bytes) {

    static Attribute ints(String name, long... values) {
      return new Attribute(
          message(
              out -> {
                out.writeString(1, name);
                for (long value : values) {
                  out.writeInt64(8, value);
                }
                out.writeEnum(20, ATTRIBUTE_INTS);
              }));
    }

    static Attribute number(String name, long value) {
      return new Attribute(
          message(
              out -> {
                out.writeString(1, name);
                out.writeInt64(3, value);
                out.writeEnum(20, ATTRIBUTE_INT);
              }));
    }

    static Attribute real(String name, float value) {
      return new Attribute(
          message(
              out -> {
                out.writeString(1, name);
                out.writeFloat(2, value);
                out.writeEnum(20, ATTRIBUTE_FLOAT);
              }));
    }
  }

  /** Declares a float32 input and gives its name back. */
  String input(String input, long... shape) {
    inputs.add(tensorType(input, FLOAT, shape));
    return input;
  }

  /** Declares an int64 input and gives its name back; an axis of -1 may have any length. */
  String integers(String input, long... shape) {
    inputs.add(tensorType(input, INT64, shape));
    return input;
  }

  /** Adds a float32 constant and gives its name. */
  String constant(float[] values, long... shape) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      raw.putFloat(value);
    }
    return constant(FLOAT, raw, shape);
  }

  /** Adds an int64 constant with one axis and gives its name. */
  String constant(long... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      raw.putLong(value);
    }
    return constant(INT64, raw, values.length);
  }

  /** Adds a node with one output and gives the output's name. */
  String node(String operator, List<String> from, Attribute... attributes) {
    String output = "v" + names++;
    named(operator, from, output, attributes);
    return output;
  }

  /** Adds a node whose one output has the given name. */
  void named(String operator, List<String> from, String output, Attribute... attributes) {
    nodes.add(
        message(
            out -> {
              for (String input : from) {
                out.writeString(1, input);
              }
              out.writeString(2, output);
              out.writeString(4, operator);
              for (Attribute attribute : attributes) {
                out.writeBytes(5, attribute.bytes());
              }
            }));
  }

  /** The whole model, with one float32 output. */
  byte[] model(String output, long... shape) {
    ByteString graph =
        message(
            out -> {
              for (ByteString node : nodes) {
                out.writeBytes(1, node);
              }
              out.writeString(2, name);
              for (ByteString constant : constants) {
                out.writeBytes(5, constant);
              }
              for (ByteString input : inputs) {
                out.writeBytes(11, input);
              }
              out.writeBytes(12, tensorType(output, FLOAT, shape));
            });
    return message(
            out -> {
              out.writeInt64(1, IR_VERSION);
              out.writeString(2, "minsight");
              out.writeBytes(7, graph);
              out.writeBytes(8, message(opset -> opset.writeInt64(2, OPSET)));
            })
        .toByteArray();
  }

  private String constant(int type, ByteBuffer raw, long... shape) {
    String constant = "c" + names++;
    constants.add(
        message(
            out -> {
              for (long axis : shape) {
                out.writeInt64(1, axis);
              }
              out.writeInt32(2, type);
              out.writeString(8, constant);
              out.writeBytes(9, ByteString.copyFrom(raw.flip()));
            }));
    return constant;
  }

  private static ByteString tensorType(String tensor, int element, long... shape) {
    ByteString axes =
        message(
            out -> {
              for (long axis : shape) {
                out.writeBytes(
                    1,
                    message(
                        dimension -> {
                          if (axis < 0) {
                            dimension.writeString(2, "any");
                          } else {
                            dimension.writeInt64(1, axis);
                          }
                        }));
              }
            });
    ByteString type =
        message(
            out -> {
              out.writeInt32(1, element);
              out.writeBytes(2, axes);
            });
    return message(
        out -> {
          out.writeString(1, tensor);
          out.writeBytes(2, message(value -> value.writeBytes(1, type)));
        });
  }

  private interface Content {
    void write(CodedOutputStream out) throws IOException;
  }

  private static ByteString message(Content content) {
    try {
      ByteString.Output bytes = ByteString.newOutput();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      content.write(out);
      out.flush();
      return bytes.toByteString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
