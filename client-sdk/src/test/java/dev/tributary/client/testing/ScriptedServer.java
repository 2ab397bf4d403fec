package dev.tributary.client.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An HTTP/1.1 server of bare sockets on loopback that does to its clients what a script says:
 * answers, truncates, stalls, hangs up. One thread a connection.
 */
public final class ScriptedServer implements AutoCloseable {

  private final ServerSocket listener;
  private final Script script;
  private final Queue<String> calls = new ConcurrentLinkedQueue<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** Decides what a call gets. Called by a connection's thread; may block. */
  public interface Script {
    HttpReply replyTo(HttpCall call) throws IOException, InterruptedException;
  }

  public ScriptedServer(Script script) throws IOException {
    this.script = script;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Method and path of every request so far. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        open.add(connection);
        daemon(() -> serve(connection));
      }
    } catch (IOException closed) {
      return;
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      boolean goesOn = true;
      while (goesOn) {
        Optional<HttpCall> call = HttpCall.read(in);
        if (call.isEmpty()) {
          return;
        }
        calls.add(call.get().toString());
        HttpReply reply = script.replyTo(call.get());
        goesOn =
            call.get().method().equals("HEAD")
                ? writeHead(reply, connection.getOutputStream())
                : reply.write(connection.getOutputStream());
        connection.getOutputStream().flush();
      }
    } catch (IOException | InterruptedException over) {
      return;
    } finally {
      open.remove(connection);
    }
  }

  /** An answer to HEAD ends with its headers, whatever it is (RFC 9110, section 9.3.2). */
  private static boolean writeHead(HttpReply reply, OutputStream out) throws IOException {
    var whole = new ByteArrayOutputStream();
    boolean goesOn = reply.write(whole);
    String text = whole.toString(StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end >= 0) {
      out.write(text.substring(0, end + 4).getBytes(StandardCharsets.ISO_8859_1));
    }
    return goesOn;
  }

  private static void daemon(Runnable task) {
    var thread = new Thread(task, "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket connection : open) {
      connection.close();
    }
  }
}
