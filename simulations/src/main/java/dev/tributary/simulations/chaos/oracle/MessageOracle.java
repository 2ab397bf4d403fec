package dev.tributary.simulations.chaos.oracle;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.unmask.ShareKind;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.simulations.chaos.door.Request;
import dev.tributary.simulations.chaos.door.Response;
import java.util.HashMap;
import java.util.Map;

/**
 * What must hold of the messages themselves: one upload of a device is acknowledged in a round and
 * no forged one ever; keys are used in one round; every device of a shard is told the same
 * survivors; a device answers an unmask request in one way; of no secret both kinds of share come
 * together. One thread at a time.
 */
public final class MessageOracle {
  private static final int NO_CONTENT = 204;

  private final Violations violations;
  private final Acknowledged acknowledged;
  private final Map<Place, Integer> shards = new HashMap<>();
  private final Map<Place, KeyAdvertisement> advertised = new HashMap<>();
  private final Map<OpaqueBytes, RoundId> roundsOfKeys = new HashMap<>();
  private final Map<Place, OpaqueBytes> survivors = new HashMap<>();
  private final Map<Place, Request.Bytes> answers = new HashMap<>();
  private final Map<Secret, ShareKind> kinds = new HashMap<>();

  /** A device, or a shard, in a round. */
  private record Place(RoundId round, int number) {}

  /** Whose secret, by its place in the roster of a shard. */
  private record Secret(RoundId round, int shard, int index) {}

  MessageOracle(Violations violations, Acknowledged acknowledged) {
    this.violations = violations;
    this.acknowledged = acknowledged;
  }

  /** A request has arrived at the coordinator. */
  public void arrived(int device, Request request) {
    try {
      if (request.is("POST", "keys")) {
        advertised(device, round(request), KeyAdvertisement.decode(request.body().array()));
      } else if (request.is("POST", "unmasking")) {
        revealed(device, round(request), request.body());
      }
    } catch (RejectedException e) {
      violations.add("device %d sent what cannot be read: %s".formatted(device, e.detail()));
    }
  }

  /** The coordinator answers a request. */
  public void answering(int device, Request request, Response response) {
    if (request.isUpload()) {
      forgery(device, request, response);
    }
    if (!response.isSuccess() || response.status() == NO_CONTENT) {
      return;
    }
    byte[] body = response.body().array();
    try {
      if (request.isUpload()) {
        receipt(device, round(request), UploadReceipt.decode(body));
      } else if (request.is("GET", "manifest")) {
        shards.put(
            new Place(round(request), device),
            RoundManifest.decode(body).secureAggregation().map(s -> s.shard()).orElse(0));
      } else if (request.is("GET", "survivors")) {
        told(device, round(request), SurvivorsAnnounced.decode(body).bitmap());
      } else if (request.is("GET", "unmasking") || request.is("POST", "survivors")) {
        told(device, round(request), UnmaskRequest.decode(body).bitmap());
      }
    } catch (RejectedException e) {
      violations.add("the coordinator sent what cannot be read: " + e.detail());
    }
  }

  /** The shard of a device in a round, as its manifest says. */
  int shard(RoundId round, int device) {
    return shards.getOrDefault(new Place(round, device), 0);
  }

  private static RoundId round(Request request) {
    return request.round().orElseThrow();
  }

  private void forgery(int device, Request request, Response response) {
    String how = request.forgery().orElse("");
    boolean refused = response.status() >= 400 && response.status() < 500;
    boolean overloaded = response.status() == 503;
    if (!how.isEmpty() && !how.equals("repeat") && !refused && !overloaded) {
      violations.add(
          "a forged upload (%s) of device %d was answered with %d"
              .formatted(how, device, response.status()));
    }
  }

  private void receipt(int device, RoundId round, UploadReceipt receipt) {
    if (receipt.counted()) {
      acknowledged.add(round, device, receipt.uploadId());
    }
  }

  private void advertised(int device, RoundId round, KeyAdvertisement keys) {
    KeyAdvertisement before = advertised.putIfAbsent(new Place(round, device), keys);
    if (before != null && !before.equals(keys)) {
      violations.add("device %d advertised two sets of keys in round %s".formatted(device, round));
    }
    RoundId other = roundsOfKeys.putIfAbsent(keys.maskKey(), round);
    if (other != null && !other.equals(round)) {
      violations.add(
          "device %d used its keys of round %s again in round %s".formatted(device, other, round));
    }
  }

  private void told(int device, RoundId round, OpaqueBytes bitmap) {
    int shard = shard(round, device);
    OpaqueBytes before = survivors.putIfAbsent(new Place(round, shard), bitmap);
    if (before != null && !before.equals(bitmap)) {
      violations.add(
          "shard %d of round %s was told of two sets of survivors".formatted(shard, round));
    }
  }

  private void revealed(int device, RoundId round, Request.Bytes body) throws RejectedException {
    Request.Bytes before = answers.putIfAbsent(new Place(round, device), body);
    if (before != null && !before.matches(body)) {
      violations.add(
          "device %d answered the unmask request of round %s in two ways".formatted(device, round));
    }
    int shard = shard(round, device);
    for (var share : UnmaskAnswer.decode(body.array()).shares()) {
      var secret = new Secret(round, shard, share.index());
      ShareKind other = kinds.putIfAbsent(secret, share.kind());
      if (other != null && other != share.kind()) {
        violations.add(
            "both kinds of share of device %d of shard %d in round %s were revealed"
                .formatted(share.index(), shard, round));
      }
    }
  }
}
