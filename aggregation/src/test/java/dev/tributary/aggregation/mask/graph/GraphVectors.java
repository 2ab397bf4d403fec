package dev.tributary.aggregation.mask.graph;

import dev.tributary.security.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes {@code vectors/graph.json} from fixed inputs. */
final class GraphVectors {

  private static final int ORDER_IN_FULL_DEVICES = 100;

  private GraphVectors() {}

  static String json() {
    StringJoiner json = new StringJoiner(",\n", "{\n", "\n}\n");
    json.add(
        "\"about\": \"Masking graph: parameters, seed, order of the devices (orderSha256: of n"
            + " unsigned 32-bit little-endian numbers) and neighbours by slot."
            + " Algorithms: javadoc of GraphParameterFinder, DevicePermutation, NeighbourGraph.\"");
    json.add(list("parameters", cohorts().stream().map(GraphVectors::parameters).toList()));
    byte[] root = Sha256.of("roster".getBytes(StandardCharsets.US_ASCII));
    byte[] publicValue = "beacon 1".getBytes(StandardCharsets.US_ASCII);
    byte[] seed = DevicePermutation.seed(root, publicValue);
    json.add(
        list(
            "seeds",
            List.of(
                "{\"merkleRoot\": \""
                    + hex(root)
                    + "\", \"publicValue\": \""
                    + hex(publicValue)
                    + "\", \"seed\": \""
                    + hex(seed)
                    + "\"}")));
    json.add(
        list(
            "graphs",
            List.of(
                graph(seed, new GraphParameters(3, 2, 2, 2)),
                graph(seed, new GraphParameters(5, 4, 3, 3)),
                graph(seed, new GraphParameters(6, 5, 4, 4)),
                graph(seed, new GraphParameters(20, 19, 11, 11)),
                graph(seed, new GraphParameters(21, 6, 4, 4)),
                graph(seed, new GraphParameters(100, 16, 11, 11)),
                // Large enough that words are rejected.
                graph(seed, new GraphParameters(200_000, 80, 55, 55)))));
    return json.toString();
  }

  private static List<CohortAssumptions> cohorts() {
    List<CohortAssumptions> small =
        IntStream.of(3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 21, 32, 40, 50, 64, 65, 80, 512, 2048)
            .boxed()
            .flatMap(
                n ->
                    Arrays.stream(Adversary.values())
                        .map(adversary -> CohortAssumptions.of(n, 0.05, 0.1, adversary)))
            .toList();
    return Stream.concat(small.stream(), GraphTable.all().stream().map(GraphTable.Entry::cohort))
        .toList();
  }

  private static String parameters(CohortAssumptions cohort) {
    GraphParameters found = GraphParameterFinder.find(cohort);
    NeighbourBounds bounds = NeighbourBounds.of(cohort, found.degree());
    return new StringJoiner(", ", "{", "}")
        .add("\"devices\": " + cohort.devices())
        .add("\"corruptPerMillion\": " + cohort.corruptPerMillion())
        .add("\"dropoutPerMillion\": " + cohort.dropoutPerMillion())
        .add("\"adversary\": \"" + cohort.adversary() + "\"")
        .add("\"securityBits\": " + cohort.securityBits())
        .add("\"correctnessBits\": " + cohort.correctnessBits())
        .add("\"degree\": " + found.degree())
        .add("\"threshold\": " + found.threshold())
        .add("\"aliveFloor\": " + found.aliveFloor())
        .add("\"corruptAtMost\": " + bounds.corruptAtMost())
        .add("\"aliveAtLeast\": " + bounds.aliveAtLeast())
        .toString();
  }

  private static String graph(byte[] seed, GraphParameters parameters) {
    NeighbourGraph graph = NeighbourGraph.of(parameters, seed);
    int n = graph.devices();
    int[] order = IntStream.range(0, n).map(graph.permutation()::deviceAt).toArray();
    StringJoiner json =
        new StringJoiner(", ", "{", "}")
            .add("\"devices\": " + n)
            .add("\"degree\": " + graph.degree())
            .add("\"seed\": \"" + hex(seed) + "\"");
    if (n <= ORDER_IN_FULL_DEVICES) {
      json.add("\"order\": " + Arrays.toString(order));
    }
    json.add("\"orderSha256\": \"" + hex(digest(order)) + "\"");
    json.add(
        IntStream.of(0, 1, n - 1)
            .mapToObj(device -> "\"" + device + "\": " + Arrays.toString(graph.neighbours(device)))
            .collect(Collectors.joining(", ", "\"neighbours\": {", "}")));
    return json.toString();
  }

  static byte[] digest(int[] order) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * order.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(order);
    return Sha256.of(bytes.array());
  }

  private static String list(String name, List<String> lines) {
    return lines.stream().collect(Collectors.joining(",\n  ", "\"" + name + "\": [\n  ", "\n]"));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
