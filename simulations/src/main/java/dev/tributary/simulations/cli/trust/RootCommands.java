package dev.tributary.simulations.cli.trust;

import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.key.KeyId;
import dev.tributary.security.metadata.key.MetadataKey;
import dev.tributary.security.metadata.signing.MetadataSigner;
import dev.tributary.security.metadata.signing.OfflineKeyFile;
import dev.tributary.security.metadata.signing.RootDraft;
import dev.tributary.security.metadata.signing.RootPlan;
import dev.tributary.security.secret.SecretBytes;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import dev.tributary.simulations.cli.publish.InstallRoot;
import dev.tributary.simulations.output.JsonOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trust root}: creates, signs, rotates and shows the root. */
@Command(
    name = "root",
    description =
        "Creates, signs, rotates, shows and installs the root that devices are shipped with.",
    mixinStandardHelpOptions = true,
    subcommands = InstallRoot.class)
final class RootCommands implements Runnable {

  private static final String ONLINE_KEY =
      "Public key that the coordinator signs with: hexadecimal digits or a file; ROLE= in front"
          + " (targets, snapshot, timestamp) makes it one of that role only.";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "trust root: say create, sign, rotate, show or install");
  }

  @Command(
      name = "create",
      description = "Writes root 1, which nobody signed yet.",
      mixinStandardHelpOptions = true)
  int create(
      @Mixin JsonOption json,
      @Option(
              names = "--root-key",
              paramLabel = "FILE",
              required = true,
              description = "Key of the root: its file, or the one with its public half.")
          List<String> rootKeys,
      @Option(
              names = "--threshold",
              paramLabel = "K",
              required = true,
              description = "How many root keys must sign.")
          int threshold,
      @Option(
              names = "--online-key",
              paramLabel = "[ROLE=]PUB",
              required = true,
              description = ONLINE_KEY)
          List<String> onlineKeys,
      @Mixin ExpiryOption expiry,
      @Parameters(paramLabel = "OUT", description = "The root file; it must not exist.") Path out) {
    RootPlan plan =
        RootPlan.first(threshold, expiry.from(Instant.now()))
            .withOnly(MetadataRole.ROOT, rootKeys.stream().map(RootFiles::publicKey).toList());
    return written(json, out, withOnlineKeys(plan, onlineKeys), Optional.empty());
  }

  @Command(
      name = "rotate",
      description = {
        "Writes the root that follows another one, with the changes that are said; nobody signed it"
            + " yet. Root keys of both must."
      },
      mixinStandardHelpOptions = true)
  int rotate(
      @Mixin JsonOption json,
      @Option(
              names = "--previous",
              paramLabel = "ROOT",
              required = true,
              description = "The root that it follows.")
          Path previous,
      @Option(names = "--add-root-key", paramLabel = "FILE", description = "Another root key.")
          @Nullable List<String> added,
      @Option(
              names = "--remove-key",
              paramLabel = "KEYID",
              description = "Key that is trusted no more, in whatever role.")
          @Nullable List<String> removed,
      @Option(
              names = "--online-key",
              paramLabel = "[ROLE=]PUB",
              description = ONLINE_KEY + " Takes the place of the keys that the role had.")
          @Nullable List<String> onlineKeys,
      @Option(names = "--threshold", paramLabel = "K", description = "New threshold of the root.")
          @Nullable Integer threshold,
      @Mixin ExpiryOption expiry,
      @Parameters(paramLabel = "OUT", description = "The root file; it must not exist.") Path out) {
    SignedMetadata<RootMetadata> before = RootFiles.read(previous);
    RootPlan plan = RootPlan.after(before.metadata(), expiry.from(Instant.now()));
    for (String key : orNone(added)) {
      plan = plan.with(MetadataRole.ROOT, RootFiles.publicKey(key));
    }
    for (String id : orNone(removed)) {
      plan = plan.without(known(before.metadata(), id));
    }
    if (threshold != null) {
      plan = plan.withThreshold(MetadataRole.ROOT, threshold);
    }
    return written(json, out, withOnlineKeys(plan, orNone(onlineKeys)), Optional.of(before));
  }

  @Command(
      name = "sign",
      description = "Adds the signature of a root key to a root.",
      mixinStandardHelpOptions = true)
  int sign(
      @Mixin JsonOption json,
      @Mixin PassphraseOption passphrases,
      @Option(names = "--key", paramLabel = "FILE", required = true, description = "The key file.")
          Path key,
      @Option(
              names = "--previous",
              paramLabel = "ROOT",
              description = "The root that it follows (default: N.root.json beside it).")
          @Nullable Path previous,
      @Parameters(paramLabel = "ROOT", description = "The root file, changed in place.")
          Path root) {
    RootDraft draft = RootFiles.draft(root, previous);
    SecretBytes passphrase = passphrases.read(key.toString());
    try {
      DeviceKeyPair keys = OfflineKeyFile.open(key, passphrase);
      try {
        RootDraft signed = draft.signedBy(new MetadataSigner(keys));
        RootFiles.write(root, signed.file());
        RootReport.of(root, signed).print(json, spec);
        return 0;
      } finally {
        keys.destroy();
      }
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
      description = "Shows a root, who signed it, and whether devices believe it.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin JsonOption json,
      @Option(
              names = "--previous",
              paramLabel = "ROOT",
              description = "The root that it follows (default: N.root.json beside it).")
          @Nullable Path previous,
      @Parameters(paramLabel = "ROOT", description = "The root file.") Path root) {
    RootReport.of(root, RootFiles.draft(root, previous)).print(json, spec);
    return 0;
  }

  private int written(
      JsonOption json, Path out, RootPlan plan, Optional<SignedMetadata<RootMetadata>> previous) {
    if (Files.exists(out)) {
      throw CommandFailedException.wrongUsage(out + " is there already: name a new file");
    }
    try {
      RootDraft draft = RootDraft.unsigned(plan, previous);
      RootFiles.write(out, draft.file());
      RootReport.of(out, draft).print(json, spec);
      return 0;
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.wrongUsage(RootFiles.why(e));
    }
  }

  /** The plan with these keys in place of those that their roles had. */
  private static RootPlan withOnlineKeys(RootPlan plan, List<String> named) {
    Map<MetadataRole, List<MetadataKey>> byRole = new EnumMap<>(MetadataRole.class);
    for (String text : named) {
      int sign = text.indexOf('=');
      MetadataKey key = RootFiles.publicKey(text.substring(sign + 1));
      List<MetadataRole> roles =
          sign < 0
              ? List.of(MetadataRole.TARGETS, MetadataRole.SNAPSHOT, MetadataRole.TIMESTAMP)
              : List.of(RootFiles.onlineRole(text.substring(0, sign)));
      roles.forEach(role -> byRole.computeIfAbsent(role, none -> new ArrayList<>()).add(key));
    }
    RootPlan changed = plan;
    for (Map.Entry<MetadataRole, List<MetadataKey>> role : byRole.entrySet()) {
      changed = changed.withOnly(role.getKey(), role.getValue());
    }
    return changed;
  }

  private static KeyId known(RootMetadata root, String id) {
    return root.keys().keySet().stream()
        .filter(key -> key.hex().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                CommandFailedException.wrongUsage(
                    "root "
                        + root.version()
                        + " has no key "
                        + id
                        + "; trust root show lists them"));
  }

  private static List<String> orNone(@Nullable List<String> given) {
    return given == null ? List.of() : given;
  }

  /** {@code --expires-in-days}. */
  static final class ExpiryOption {

    @Option(
        names = "--expires-in-days",
        paramLabel = "N",
        defaultValue = "365",
        description = "Devices believe the root for so many days (default 365).")
    private int days;

    Instant from(Instant now) {
      if (days < 1 || days > 36_500) {
        throw CommandFailedException.wrongUsage(
            "--expires-in-days: expected 1 to 36500, got " + days);
      }
      return now.plus(Duration.ofDays(days));
    }
  }
}
