package dev.tributary.simulations.chaos;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.simulations.chaos.door.Request;
import dev.tributary.simulations.chaos.door.Response;
import dev.tributary.simulations.chaos.fault.Plant;
import dev.tributary.simulations.chaos.network.Tampering;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The defect that a planted fault is. One thread at a time. */
final class PlantedTampering implements Tampering {
  private static final int ONE_IN = 8;

  private final Plant plant;
  private final Map<Integer, String> authorizations = new HashMap<>();
  private int uploadCount;

  PlantedTampering(Plant plant) {
    this.plant = plant;
  }

  @Override
  public Optional<Response> instead(int device, Request request) {
    request.header("authorization").ifPresent(token -> authorizations.put(device, token));
    boolean thrownAway =
        plant == Plant.LOST_ACKNOWLEDGEMENT && request.isUpload() && ++uploadCount % ONE_IN == 0;
    return thrownAway
        ? Optional.of(
            Response.message(
                200,
                new UploadReceipt(new UploadId(request.path().get(4)), true, 2_000, 20_000)
                    .encode()))
        : Optional.empty();
  }

  @Override
  public Response changed(int device, Request request, Response response) {
    boolean lies =
        plant == Plant.SECOND_SHARE_KIND
            && request.is("GET", "unmasking")
            && response.status() == 200
            && device % 2 == 1;
    if (!lies) {
      return response;
    }
    try {
      var honest = UnmaskRequest.decode(response.body().array());
      return honest.confirmations().isEmpty()
          ? Response.message(200, withoutOne(honest))
          : response;
    } catch (RejectedException e) {
      return response;
    }
  }

  /** One survivor fewer: the first one. */
  private static byte[] withoutOne(UnmaskRequest honest) {
    byte[] bitmap = honest.bitmap().toByteArray();
    bitmap[0] &= (byte) (bitmap[0] - 1);
    return new UnmaskRequest(OpaqueBytes.of(bitmap), List.of(), List.of()).encode();
  }

  @Override
  public Optional<Sent> duplicate(int device, Request request) {
    if (plant != Plant.DOUBLE_COUNT || !request.isUpload()) {
      return Optional.empty();
    }
    return authorizations.entrySet().stream()
        .filter(other -> other.getKey() != device)
        .findFirst()
        .map(other -> new Sent(other.getKey(), as(other.getValue(), request)));
  }

  private static Request as(String authorization, Request request) {
    String id = request.path().get(4);
    String other = new StringBuilder(id).reverse().toString();
    var path = List.of("v1", "rounds", request.path().get(2), "uploads", other);
    return new Request(
        request.method(),
        path,
        request.waitSeconds(),
        request.with(Map.of("authorization", authorization), request.body()).headers(),
        request.body());
  }
}
