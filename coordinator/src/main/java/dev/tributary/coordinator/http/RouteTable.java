package dev.tributary.coordinator.http;

import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All routes of a server. Matching compares segments as they were sent: nothing is decoded or
 * resolved, so that {@code ..} and {@code %2e} are segments like any other, which no parameter
 * accepts. Immutable.
 */
public final class RouteTable {

  /** What a request meets. */
  sealed interface Match {

    record Found(Route route, Map<String, String> parameters) implements Match {}

    record OtherMethods(Set<String> allowed) implements Match {}

    record Nothing() implements Match {}
  }

  private record Entry(Route route, String[] segments) {}

  private final List<Route> routes;
  private final Map<Integer, List<Entry>> entriesBySegmentCount = new HashMap<>();

  public RouteTable(List<Route> routes) {
    this.routes = List.copyOf(routes);
    for (Route route : routes) {
      String[] segments = split(route.path());
      entriesBySegmentCount
          .computeIfAbsent(segments.length, count -> new ArrayList<>())
          .add(new Entry(route, segments));
    }
  }

  public List<Route> routes() {
    return routes;
  }

  /** HEAD is answered where GET is, unless it has a route of its own. */
  Match match(HttpMethod method, String path) {
    String[] segments = split(path);
    Set<String> allowed = new LinkedHashSet<>();
    Entry forHead = null;
    for (Entry entry : entriesBySegmentCount.getOrDefault(segments.length, List.of())) {
      if (!fits(entry.segments, segments)) {
        continue;
      }
      HttpMethod known = entry.route.method();
      if (known.equals(method)) {
        return new Match.Found(entry.route, parameters(entry.segments, segments));
      }
      allowed.add(known.name());
      if (known.equals(HttpMethod.GET)) {
        allowed.add(HttpMethod.HEAD.name());
        forHead = entry;
      }
    }
    if (method.equals(HttpMethod.HEAD) && forHead != null) {
      return new Match.Found(forHead.route, parameters(forHead.segments, segments));
    }
    return allowed.isEmpty() ? new Match.Nothing() : new Match.OtherMethods(allowed);
  }

  private static String[] split(String path) {
    return path.startsWith("/") ? path.substring(1).split("/", -1) : new String[] {path};
  }

  private static boolean fits(String[] template, String[] segments) {
    for (int i = 0; i < template.length; i++) {
      if (isParameter(template[i]) ? segments[i].isEmpty() : !template[i].equals(segments[i])) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, String> parameters(String[] template, String[] segments) {
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < template.length; i++) {
      if (isParameter(template[i])) {
        parameters.put(template[i].substring(1, template[i].length() - 1), segments[i]);
      }
    }
    return parameters;
  }

  private static boolean isParameter(String segment) {
    return segment.startsWith("{");
  }
}
