package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.trust.TrustedMetadata;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ceremony of docs/publishing.md. The passphrase is whatever PATH is: a test sets no variable.
 */
@Timeout(120)
final class TrustCommandTest {

  @TempDir private Path folder;
  private final StringWriter err = new StringWriter();

  private int run(StringWriter out, String... arguments) {
    return Tributary.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private JsonNode json(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    StringWriter out = new StringWriter();
    assertThat(run(out, all.toArray(String[]::new))).as("%s", err).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }

  private JsonNode key(String name) throws Exception {
    return json("trust", "key", "create", "--passphrase-env", "PATH", at(name));
  }

  private JsonNode sign(String key, String root) throws Exception {
    return json("trust", "root", "sign", "--passphrase-env", "PATH", "--key", at(key), at(root));
  }

  @Test
  void ceremony_makesARootThatDevicesBelieve_andItsSuccessor() throws Exception {
    key("anna");
    key("ben");
    JsonNode third = key("carla");
    JsonNode online = json("trust", "key", "online", at("online")).path("keys");
    assertThat(online.fieldNames())
        .toIterable()
        .containsExactly("targets", "snapshot", "timestamp");

    JsonNode created =
        json(
            "trust",
            "root",
            "create",
            "--threshold",
            "2",
            "--root-key",
            at("anna.pub"),
            "--root-key",
            at("ben.pub"),
            "--root-key",
            at("carla"),
            "--online-key",
            "targets=" + online.path("targets").asText(),
            "--online-key",
            "snapshot=" + online.path("snapshot").asText(),
            "--online-key",
            "timestamp=" + online.path("timestamp").asText(),
            at("1.root.json"));
    assertThat(created.path("missingSignatures").asInt()).isEqualTo(2);
    assertThat(created.path("complete").asBoolean()).isFalse();

    assertThat(sign("anna", "1.root.json").path("missingSignatures").asInt()).isEqualTo(1);
    assertThat(sign("ben", "1.root.json").path("complete").asBoolean()).isTrue();
    var root = SignedMetadata.root(Files.readAllBytes(folder.resolve("1.root.json")));
    assertThat(TrustedMetadata.startingFrom(root).root().version()).isEqualTo(1);

    key("dora");
    JsonNode rotated =
        json(
            "trust",
            "root",
            "rotate",
            "--previous",
            at("1.root.json"),
            "--add-root-key",
            at("dora.pub"),
            "--remove-key",
            third.path("keyId").asText(),
            "--online-key",
            "timestamp=" + json("trust", "key", "show", at("carla")).path("publicKey").asText(),
            at("2.root.json"));
    assertThat(rotated.path("missingSignaturesOfPrevious").asInt()).isEqualTo(2);
    sign("dora", "2.root.json");
    JsonNode half = sign("anna", "2.root.json");
    assertThat(half.path("missingSignatures").asInt()).isZero();
    assertThat(half.path("missingSignaturesOfPrevious").asInt()).isEqualTo(1);
    assertThat(sign("ben", "2.root.json").path("complete").asBoolean()).isTrue();
    assertThat(json("trust", "root", "show", at("2.root.json")).path("signedBy")).hasSize(3);
  }

  @Test
  void mistakes_areSaidAndChangeNothing() throws Exception {
    JsonNode key = key("anna");
    StringWriter out = new StringWriter();
    assertThat(run(out, "trust", "key", "create", "--passphrase-env", "PATH", at("anna")))
        .isEqualTo(1);
    assertThat(err.toString()).contains("never overwritten");

    String pub = key.path("publicKey").asText();
    assertThat(
            run(
                out,
                "trust",
                "root",
                "create",
                "--threshold",
                "2",
                "--root-key",
                at("anna"),
                "--online-key",
                pub,
                at("1.root.json")))
        .isEqualTo(2);
    assertThat(folder.resolve("1.root.json")).doesNotExist();
    assertThat(
            run(
                out,
                "trust",
                "root",
                "create",
                "--threshold",
                "1",
                "--root-key",
                at("anna"),
                "--online-key",
                pub,
                at("1.root.json")))
        .isEqualTo(2);
    assertThat(err.toString()).contains("a root key signs nothing else");
    assertThat(run(out, "trust", "root", "show", at("nothing"))).isEqualTo(2);
    assertThat(run(out, "trust", "key", "show", at("nothing"))).isEqualTo(2);
    assertThat(err.toString()).contains("no such file");
    assertThat(run(out, "trust")).isEqualTo(2);
    assertThat(run(out, "trust", "root")).isEqualTo(2);
  }

  @Test
  void wrongPassphrase_signsNothing() throws Exception {
    key("anna");
    key("ben");
    json(
        "trust",
        "root",
        "create",
        "--threshold",
        "1",
        "--root-key",
        at("anna"),
        "--online-key",
        json("trust", "key", "show", at("ben")).path("publicKey").asText(),
        at("1.root.json"));
    byte[] before = Files.readAllBytes(folder.resolve("1.root.json"));
    assertThat(
            run(
                new StringWriter(),
                "trust",
                "root",
                "sign",
                "--passphrase-env",
                "HOME",
                "--key",
                at("anna"),
                at("1.root.json")))
        .isEqualTo(1);
    assertThat(err.toString()).contains("passphrase");
    // A key that is good for the timestamp only.
    assertThat(
            run(
                new StringWriter(),
                "trust",
                "root",
                "sign",
                "--passphrase-env",
                "PATH",
                "--key",
                at("ben"),
                at("1.root.json")))
        .isEqualTo(2);
    assertThat(err.toString()).contains("no root key");
    assertThat(folder.resolve("1.root.json")).hasBinaryContent(before);
  }
}
