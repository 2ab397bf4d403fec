package dev.tributary.simulations.bench.fuzz.ground;

import dev.tributary.client.transport.TransportRequest;
import dev.tributary.simulations.bench.fuzz.mutate.RawRequest;
import dev.tributary.simulations.bench.fuzz.mutate.RawRequest.Header;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A request that a real device made.
 *
 * @param device whose it is
 */
record RecordedRequest(String device, RawRequest request) {

  static RecordedRequest of(String device, TransportRequest request) {
    int from = request.body().offset();
    byte[] body =
        Arrays.copyOfRange(request.body().buffer(), from, from + request.body().lengthBytes());
    List<Header> headers =
        request.headers().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(header -> new Header(header.getKey(), header.getValue()))
            .toList();
    return new RecordedRequest(
        device, RawRequest.of(request.method(), atOnce(request.path()), headers, body));
  }

  /** Devices let the coordinator think for half a minute; a fuzzer does not. */
  private static String atOnce(String path) {
    return path.replaceFirst("wait=\\d+", "wait=0");
  }

  boolean isOf(String population) {
    return device.startsWith(population + "-");
  }

  /** The round that its device is in. */
  String round() {
    return "task-" + device.split("-", -1)[1] + ".1";
  }

  /** Such as {@code POST keys} or {@code PUT upload}. */
  String step() {
    String path = request.target().replaceAll("\\?.*", "");
    String last = path.contains("/uploads/") ? "upload" : path.substring(path.lastIndexOf('/') + 1);
    return request.method() + " " + last;
  }
}
