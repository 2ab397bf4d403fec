package dev.tributary.aggregation.model;

import dev.tributary.aggregation.model.layer.Layer;
import java.util.stream.Collectors;

/** Writes the canonical JSON of a specification; every name in it is one of ours, so nothing needs escaping. */
final class ModelSpecWriter {
  private ModelSpecWriter() {}

  static String write(ModelSpec spec) {
    String input = spec.input().toString().replace(" ", "");
    String layers = spec.layers().stream().map(ModelSpecWriter::layer).collect(Collectors.joining(","));
    return "{\"format\":\"%s\",\"input\":%s,\"layers\":[%s],\"loss\":\"%s\",\"classes\":%d}"
        .formatted(ModelSpec.FORMAT, input, layers, spec.loss().code(), spec.classes());
  }

  private static String layer(Layer layer) {
    String settings = layer.settings().entrySet().stream()
        .map(setting -> ",\"" + setting.getKey() + "\":" + setting.getValue())
        .collect(Collectors.joining());
    return "{\"type\":\"" + layer.type() + "\"" + settings + "}";
  }
}
