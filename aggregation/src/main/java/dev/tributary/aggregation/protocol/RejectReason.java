package dev.tributary.aggregation.protocol;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why a request was refused: one value for each fault, with the HTTP status that it travels under
 * and what the device does next. The table of {@code docs/protocol.md} is this enumeration.
 */
public enum RejectReason {
  /** The bytes are not a protobuf message of the expected kind. */
  MALFORMED_MESSAGE(400, Remedy.GIVE_UP),
  /** The message is larger than its kind may be. */
  MESSAGE_TOO_LARGE(413, Remedy.GIVE_UP),
  /**
   * Bytes follow, or lie between, the fields without adding anything: a repeated field, an overlong
   * number.
   */
  TRAILING_DATA(400, Remedy.GIVE_UP),
  /** The message has a field that its version does not define. */
  UNKNOWN_FIELD(400, Remedy.GIVE_UP),
  /** A field has an enumeration value that its version does not define, or none. */
  UNKNOWN_ENUM(400, Remedy.GIVE_UP),
  /** A field that must be there is absent. */
  MISSING_FIELD(400, Remedy.GIVE_UP),
  /** A number is outside its range, or two fields contradict each other. */
  FIELD_OUT_OF_RANGE(400, Remedy.GIVE_UP),
  /** A text, a list or a byte string has a length that its field does not allow. */
  FIELD_WRONG_SIZE(400, Remedy.GIVE_UP),
  /** A text does not have the form of its field. */
  FIELD_WRONG_FORM(400, Remedy.GIVE_UP),
  /** Both ends share no version of the protocol, or a message is of another version than agreed. */
  UNSUPPORTED_VERSION(400, Remedy.GIVE_UP),

  /** The request carries no session token. */
  MISSING_AUTHORIZATION(401, Remedy.RENEW_SESSION),
  /** The token is not one that this coordinator issued, or it was used up or withdrawn. */
  BAD_TOKEN(401, Remedy.RENEW_SESSION),
  /** The token was good once and is too old. */
  TOKEN_EXPIRED(401, Remedy.RENEW_SESSION),
  /** The challenge was not issued to this device, was answered before, or is too old. */
  BAD_CHALLENGE(401, Remedy.RENEW_SESSION),
  /** A signature does not match the key and the message. */
  BAD_SIGNATURE(401, Remedy.GIVE_UP),
  /** No device with this id is enrolled. */
  UNKNOWN_DEVICE(401, Remedy.ENROL),
  /** No population has this name, or this token is not for it. */
  UNKNOWN_POPULATION(404, Remedy.GIVE_UP),

  /** No round has this id. */
  UNKNOWN_ROUND(404, Remedy.CHECK_IN),
  /** The device was not assigned to this round. */
  NOT_IN_ROUND(403, Remedy.CHECK_IN),
  /** The round no longer takes updates. */
  ROUND_CLOSED(410, Remedy.CHECK_IN),
  /** The round was abandoned: nothing of it will be used. */
  ROUND_ABANDONED(410, Remedy.CHECK_IN),

  /** The device has advertised other keys in this round; the first ones stay. */
  KEY_CONFLICT(409, Remedy.CHECK_IN),
  /** The device has sent other shares in this round; the first ones stay. */
  SHARE_CONFLICT(409, Remedy.CHECK_IN),
  /** The device did not take the earlier steps of this round: it is not in the roster. */
  NOT_ADVERTISED(403, Remedy.CHECK_IN),
  /** The shares are not exactly one for each neighbour, or not of the suite of the round. */
  BAD_SHARES(400, Remedy.GIVE_UP),
  /**
   * The revealed shares are not those that were asked for, not the ones that were dealt, or differ
   * from those that the device revealed before.
   */
  BAD_UNMASK(400, Remedy.GIVE_UP),

  /**
   * This upload id, or this device's place in the round, is taken by an upload of other content.
   */
  UPLOAD_CONFLICT(409, Remedy.CHECK_IN),
  /**
   * The upload does not continue where the coordinator has stopped; the answer says where that is.
   */
  OFFSET_MISMATCH(409, Remedy.RESUME),
  /** The upload is longer or shorter than the round expects or its header said. */
  WRONG_LENGTH(400, Remedy.GIVE_UP),
  /** The bytes that arrived do not have the digest that was announced. */
  WRONG_DIGEST(400, Remedy.RETRY),
  /** A residue of the vector is too large for an honest upload, or its padding is not zero. */
  RESIDUE_OUT_OF_RANGE(400, Remedy.GIVE_UP),
  /** The body is larger than this path accepts. */
  BODY_TOO_LARGE(413, Remedy.GIVE_UP),
  /** The body has a content type or an encoding that this path does not accept. */
  UNSUPPORTED_MEDIA_TYPE(415, Remedy.GIVE_UP),
  /** The bytes that were asked for lie outside the file. */
  RANGE_NOT_SATISFIABLE(416, Remedy.GIVE_UP),
  /** The body ended early or stopped coming. */
  BODY_INCOMPLETE(400, Remedy.RESUME),
  /** A header is missing, or not of its form. */
  BAD_HEADER(400, Remedy.GIVE_UP),
  /** A parameter of the path or the query is not of its form. */
  BAD_PARAMETER(400, Remedy.GIVE_UP),

  /** Nothing is at this path. */
  NOT_FOUND(404, Remedy.GIVE_UP),
  /** This path does not know this method. */
  METHOD_NOT_ALLOWED(405, Remedy.GIVE_UP),
  /** The name is taken by something else. */
  NAME_TAKEN(409, Remedy.GIVE_UP),
  /** What is asked for does not fit the state that the thing is in. */
  WRONG_STATE(409, Remedy.GIVE_UP),
  /** A configuration (of a task, a population) cannot be carried out. */
  BAD_CONFIGURATION(400, Remedy.GIVE_UP),
  /** The coordinator has no room for this now. */
  OVERLOADED(503, Remedy.RETRY),
  /** The coordinator's disk is full or refuses writes. */
  STORAGE_FULL(503, Remedy.RETRY),
  /** The coordinator is stopping. */
  SHUTTING_DOWN(503, Remedy.RETRY),
  /** The coordinator has a defect; nothing of the request took effect. */
  INTERNAL(500, Remedy.RETRY);

  private static final Map<String, RejectReason> BY_CODE =
      Stream.of(values())
          .collect(Collectors.toUnmodifiableMap(RejectReason::code, Function.identity()));

  private final String code;
  private final int httpStatus;
  private final Remedy remedy;

  RejectReason(int httpStatus, Remedy remedy) {
    this.code = kebab(name());
    this.httpStatus = httpStatus;
    this.remedy = remedy;
  }

  /** The reason with this code, if there is one: a newer coordinator may know more. */
  public static Optional<RejectReason> ofCode(String code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }

  /** The name on the wire, in kebab case: {@code round-closed}. Never changes. */
  public String code() {
    return code;
  }

  /** The status that an HTTP answer with this reason has, 400 to 599. */
  public int httpStatus() {
    return httpStatus;
  }

  /** What a device does about it. */
  public Remedy remedy() {
    return remedy;
  }

  private static String kebab(String constant) {
    return constant.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What a device does when it is refused. */
  public enum Remedy {
    /**
     * The same request will be refused again: stop, report, and wait for the long (permanent error)
     * window.
     */
    GIVE_UP,
    /**
     * Send the identical request again after the given delay, or the short (transient error)
     * window.
     */
    RETRY,
    /** Ask where the upload stands and continue there. */
    RESUME,
    /** Drop the session, prove the identity again, and repeat the request once. */
    RENEW_SESSION,
    /** Enrol again: this coordinator does not know the device. */
    ENROL,
    /** Drop this round and check in again when the window says. */
    CHECK_IN;

    /** The name in documents, in kebab case. */
    public String code() {
      return kebab(name());
    }
  }
}
