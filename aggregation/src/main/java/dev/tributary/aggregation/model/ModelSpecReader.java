package dev.tributary.aggregation.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import dev.tributary.aggregation.model.json.JsonFieldException;
import dev.tributary.aggregation.model.json.JsonFields;
import dev.tributary.aggregation.model.layer.Activation;
import dev.tributary.aggregation.model.layer.Conv2d;
import dev.tributary.aggregation.model.layer.Embedding;
import dev.tributary.aggregation.model.layer.Flatten;
import dev.tributary.aggregation.model.layer.LastStep;
import dev.tributary.aggregation.model.layer.Layer;
import dev.tributary.aggregation.model.layer.Linear;
import dev.tributary.aggregation.model.layer.MaxPool2d;
import dev.tributary.aggregation.model.layer.Recurrent;
import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.model.layer.ShapeException;
import dev.tributary.security.BugException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads a model specification from JSON, strictly: what is not known, or said twice, or not said,
 * is an error.
 */
final class ModelSpecReader {
  private static final int MAX_CHARACTERS = 64 * 1024;

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxStringLength(1024)
                  .maxNumberLength(32)
                  .build())
          .build();

  private static final Map<String, Function<JsonFields, Layer>> LAYERS =
      Map.ofEntries(
          Map.entry("linear", fields -> new Linear(fields.integer("units"))),
          Map.entry("relu", fields -> new Activation(Activation.Function.RELU)),
          Map.entry("tanh", fields -> new Activation(Activation.Function.TANH)),
          Map.entry("sigmoid", fields -> new Activation(Activation.Function.SIGMOID)),
          Map.entry("conv2d", ModelSpecReader::conv2d),
          Map.entry("maxpool2d", ModelSpecReader::maxPool2d),
          Map.entry("flatten", fields -> new Flatten()),
          Map.entry(
              "embedding",
              fields -> new Embedding(fields.integer("vocabulary"), fields.integer("size"))),
          Map.entry("lstm", fields -> recurrent(Recurrent.Cell.LSTM, fields)),
          Map.entry("gru", fields -> recurrent(Recurrent.Cell.GRU, fields)),
          Map.entry("last-step", fields -> new LastStep()));

  private ModelSpecReader() {}

  static ModelSpec read(String json) {
    try {
      return readObject(json);
    } catch (JsonFieldException refused) {
      throw new ModelSpecException(String.valueOf(refused.getMessage()));
    }
  }

  private static ModelSpec readObject(String json) {
    JsonFields fields = JsonFields.of("", parse(json));
    String format = fields.text("format");
    if (!format.equals(ModelSpec.FORMAT)) {
      throw new ModelSpecException(
          "format is '" + format + "'; this program reads '" + ModelSpec.FORMAT + "'");
    }
    int[] input = fields.integers("input");
    List<Object> entries = fields.list("layers");
    String loss = fields.text("loss");
    int classes = fields.integer("classes");
    fields.finish();
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < entries.size(); i++) {
      layers.add(layer("layers[" + i + "]", entries.get(i)));
    }
    return new ModelSpec(inputShape(input), layers, loss(loss), classes);
  }

  private static Object parse(String json) {
    if (json.length() > MAX_CHARACTERS) {
      throw new ModelSpecException(
          "a model specification has at most "
              + MAX_CHARACTERS
              + " characters, not "
              + json.length());
    }
    try (JsonParser parser = FACTORY.createParser(json)) {
      Object value = JSON.std.anyFrom(parser);
      if (parser.nextToken() != null) {
        throw new ModelSpecException("the model specification is followed by more text");
      }
      return value;
    } catch (JsonProcessingException malformed) {
      var where = malformed.getLocation();
      throw new ModelSpecException(
          "the model specification is not JSON: "
              + malformed.getOriginalMessage()
              + (where == null
                  ? ""
                  : " (line " + where.getLineNr() + ", column " + where.getColumnNr() + ")"));
    } catch (IOException impossible) {
      throw new BugException("a string could not be read", impossible);
    }
  }

  private static Shape inputShape(int[] extents) {
    try {
      return Shape.of(extents);
    } catch (ShapeException refused) {
      throw new ModelSpecException("input: " + refused.getMessage());
    }
  }

  private static Loss loss(String code) {
    return Loss.ofCode(code)
        .orElseThrow(
            () ->
                new ModelSpecException(
                    "loss: unknown '" + code + "'" + NearestName.suggestion(code, Loss.codes())));
  }

  private static Layer layer(String place, Object entry) {
    JsonFields untyped = JsonFields.of(place, entry);
    String type = untyped.text("type");
    Function<JsonFields, Layer> reader = LAYERS.get(type);
    if (reader == null) {
      throw new ModelSpecException(
          place + ".type: unknown '" + type + "'" + NearestName.suggestion(type, LAYERS.keySet()));
    }
    JsonFields fields = untyped.named(place + " (" + type + ")");
    try {
      Layer layer = reader.apply(fields);
      fields.finish();
      return layer;
    } catch (ShapeException refused) {
      throw new ModelSpecException(place + " (" + type + "): " + refused.getMessage());
    }
  }

  private static Layer conv2d(JsonFields fields) {
    return new Conv2d(
        fields.integer("filters"),
        fields.integer("kernel"),
        fields.optionalInteger("stride").orElse(1),
        fields.optionalInteger("padding").orElse(0));
  }

  private static Layer maxPool2d(JsonFields fields) {
    int kernel = fields.integer("kernel");
    return new MaxPool2d(kernel, fields.optionalInteger("stride").orElse(kernel));
  }

  private static Layer recurrent(Recurrent.Cell cell, JsonFields fields) {
    return new Recurrent(
        cell, fields.integer("hidden"), fields.optionalInteger("layers").orElse(1));
  }
}
