package dev.tributary.simulations.cli.trust;

import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.key.MetadataKey;
import dev.tributary.security.metadata.signing.MetadataSigner;
import dev.tributary.security.metadata.signing.OfflineKeyFile;
import dev.tributary.security.metadata.signing.OnlineKeyFolder;
import dev.tributary.security.secret.SecretBytes;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import dev.tributary.simulations.output.JsonOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trust key}: makes keys and shows their public halves. */
@Command(name = "key", description = "Makes and shows keys.", mixinStandardHelpOptions = true)
final class KeyCommands implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "trust key: say create, show or online");
  }

  @Command(
      name = "create",
      description = {
        "Makes a root key, sealed under a passphrase, and FILE.pub with its public half to hand to"
            + " whoever creates the root."
      },
      mixinStandardHelpOptions = true)
  int create(
      @Mixin JsonOption json,
      @Mixin PassphraseOption passphrases,
      @Parameters(paramLabel = "FILE", description = "The key file; it must not exist.")
          Path file) {
    Path shared = file.resolveSibling(file.getFileName() + ".pub");
    SecretBytes passphrase = passphrases.choose(file.toString());
    try {
      MetadataKey key = OfflineKeyFile.create(file, passphrase, new SecureRandom());
      Files.write(
          shared,
          OfflineKeyFile.publicPem(key),
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
      print(json, key, file);
      return 0;
    } catch (IOException e) {
      throw CommandFailedException.failed(RootFiles.why(e));
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.wrongUsage(RootFiles.why(e));
    } finally {
      passphrase.destroy();
    }
  }

  @Command(
      name = "show",
      description = "Shows the public half of a key; asks for no passphrase.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin JsonOption json,
      @Parameters(paramLabel = "FILE", description = "A key file, or one with the public half.")
          Path file) {
    print(json, RootFiles.publicKey(file.toString()), file);
    return 0;
  }

  @Command(
      name = "online",
      description = {
        "Shows the three keys that a coordinator signs with by itself, and makes those that are not"
            + " there, sealed under a sealing key."
      },
      mixinStandardHelpOptions = true)
  int online(
      @Mixin JsonOption json,
      @Parameters(paramLabel = "DIR", description = "Folder of the keys; made when missing.")
          Path folder,
      @Option(
              names = "--sealing-key",
              paramLabel = "FILE",
              description =
                  "Where the sealing key is, or is put (default: DIR/sealing-key). The"
                      + " coordinator's publishing.sealingKeyFile names the same.")
          @Nullable Path sealingKey) {
    try {
      RootFiles.createFolder(folder);
      Path key = sealingKey == null ? OnlineKeyFolder.sealingKeyIn(folder) : sealingKey;
      Map<MetadataRole, List<MetadataSigner>> signers =
          OnlineKeyFolder.open(folder, key, new SecureRandom()).byRole();
      Map<String, String> keys = new LinkedHashMap<>();
      signers.forEach(
          (role, of) -> keys.put(role.text(), of.getFirst().key().publicKey().toString()));
      json.print(
          spec,
          Map.of("folder", folder.toString(), "keys", keys),
          out -> keys.forEach((role, of) -> out.println(role + "=" + of)));
      return 0;
    } catch (IOException e) {
      throw CommandFailedException.failed(RootFiles.why(e));
    }
  }

  private void print(JsonOption json, MetadataKey key, Path file) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("file", file.toString());
    fields.put("keyId", key.id().hex());
    fields.put("publicKey", key.publicKey().toString());
    json.print(
        spec,
        fields,
        out -> {
          out.println("key id     " + key.id());
          out.println("public key " + key.publicKey());
        });
  }
}
