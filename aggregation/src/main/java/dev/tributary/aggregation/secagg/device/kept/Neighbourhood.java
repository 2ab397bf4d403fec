package dev.tributary.aggregation.secagg.device.kept;

import dev.tributary.aggregation.mask.graph.GraphParameters;
import dev.tributary.aggregation.mask.graph.NeighbourGraph;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.secagg.SessionTerms;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a device knows of a roster that it checked.
 *
 * @param devices n
 * @param root of the roster's tree
 * @param index the device's own place
 * @param neighbours ascending by index
 */
public record Neighbourhood(int devices, OpaqueBytes root, int index, List<Neighbour> neighbours) {

  public Neighbourhood {
    neighbours = List.copyOf(neighbours);
  }

  public GraphParameters parameters(SessionTerms terms) {
    return terms.graphParameters(devices);
  }

  public Optional<Neighbour> neighbour(int wanted) {
    return neighbours.stream().filter(n -> n.index() == wanted).findFirst();
  }

  /** The place of {@code recipient} among the neighbours of {@code dealer}, ascending by index. */
  public static int rank(NeighbourGraph graph, int dealer, int recipient) {
    int[] all = graph.neighbours(dealer);
    Arrays.sort(all);
    return Arrays.binarySearch(all, recipient);
  }

  public void write(StepWriter out) {
    out.number(devices).bytes(root).number(index).each(neighbours, (w, n) -> n.write(w));
  }

  public static Neighbourhood read(StepReader in) {
    return new Neighbourhood(in.number(), in.bytes(), in.number(), in.each(Neighbour::read));
  }
}
