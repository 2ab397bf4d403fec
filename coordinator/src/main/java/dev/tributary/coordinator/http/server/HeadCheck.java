package dev.tributary.coordinator.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Base64;
import java.util.List;

/**
 * Looks at the head of each HTTP/1 request before Vert.x does, for what Vert.x would answer by
 * itself and without saying why. A version of HTTP that is not spoken here makes the request one
 * that cannot be read. An offer to go on with HTTP/2 that is not as it should be is not taken up
 * (RFC 9110, section 7.8: it may be ignored), and the request served as it is.
 *
 * <p>The connection's event loop.
 */
final class HeadCheck extends ChannelInboundHandlerAdapter {

  private static final String DECODER = "httpDecoder"; // as Vert.x calls it
  private static final String SETTINGS = "HTTP2-Settings";
  private static final int SETTING_BYTES = 6; // RFC 9113, section 6.5.1

  /** Puts one behind the decoder of HTTP/1, if the connection has that and not a check yet. */
  static boolean into(ChannelPipeline pipeline) {
    if (pipeline.get(DECODER) == null) {
      return false;
    }
    if (pipeline.get(HeadCheck.class) == null) {
      pipeline.addAfter(DECODER, "headCheck", new HeadCheck());
    }
    return true;
  }

  /**
   * Without TLS the first bytes of a connection tell Vert.x which HTTP is spoken, and it sets the
   * decoder up while it hands the whole piece on, first request and all. So the first bytes are
   * handed on singly until it has decided: with the first one that is not of HTTP/2's preface (RFC
   * 9113, section 3.4).
   */
  static final class Entrance extends ChannelInboundHandlerAdapter {
    private static final int PREFACE_BYTES = 24;

    private int seenBytes;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ChannelPipeline pipeline = context.pipeline();
      boolean decided = into(pipeline);
      if (message instanceof ByteBuf bytes) {
        while (!decided && seenBytes < PREFACE_BYTES && bytes.readableBytes() > 1) {
          seenBytes++;
          context.fireChannelRead(bytes.readRetainedSlice(1));
          decided = into(pipeline);
        }
        seenBytes++;
      }
      context.fireChannelRead(message);
      if (into(pipeline) || seenBytes >= PREFACE_BYTES) {
        pipeline.remove(this);
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      check(request);
    }
    context.fireChannelRead(message);
  }

  private static void check(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      request.setProtocolVersion(HttpVersion.HTTP_1_1); // what the refusal is sent as
      if (request.decoderResult().isSuccess()) {
        request.setDecoderResult(
            DecoderResult.failure(new IllegalArgumentException("unknown version of HTTP")));
      }
    }
    HttpHeaders headers = request.headers();
    if (headers.contains(HttpHeaderNames.UPGRADE) && !offersHttp2(headers)) {
      headers.remove(HttpHeaderNames.UPGRADE);
    }
  }

  /** As RFC 7540, section 3.2, has it. */
  private static boolean offersHttp2(HttpHeaders headers) {
    List<String> upgrades = headers.getAll(HttpHeaderNames.UPGRADE);
    List<String> settings = headers.getAll(SETTINGS);
    return upgrades.size() == 1
        && upgrades.getFirst().equalsIgnoreCase("h2c")
        && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE, true)
        && headers.containsValue(HttpHeaderNames.CONNECTION, SETTINGS, true)
        && settings.size() == 1
        && isSettings(settings.getFirst());
  }

  private static boolean isSettings(String base64) {
    try {
      return Base64.getUrlDecoder().decode(base64).length % SETTING_BYTES == 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
