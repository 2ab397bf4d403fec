package dev.tributary.simulations.recovery;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.function.Predicate;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * The class path of a coordinator in a process of its own, made of jars only, as that of the
 * distribution is: what a start loads is archived from jars, never from folders.
 */
final class ChildClassPath {

  private static final List<String> SIGNED = List.of("bcprov-", "bcpkix-", "bcutil-");

  private final List<Path> entries;

  private ChildClassPath(List<Path> entries) {
    this.entries = entries;
  }

  /**
   * A folder's classes first, then the class path of this test.
   *
   * @param jars where folders become jars
   */
  static ChildClassPath of(Path first, Path jars) throws IOException {
    Files.createDirectories(jars);
    List<Path> entries = new ArrayList<>();
    entries.add(jar(first, jars.resolve("first.jar")));
    var own = new StringTokenizer(System.getProperty("java.class.path"), File.pathSeparator);
    while (own.hasMoreTokens()) {
      Path path = Path.of(own.nextToken()).toAbsolutePath();
      if (Files.isDirectory(path)) {
        entries.add(jar(path, jars.resolve(entries.size() + ".jar")));
      } else if (Files.exists(path)) {
        entries.add(path);
      }
    }
    return new ChildClassPath(entries);
  }

  /** The options that name it, and the file that the JVM archives what a start loads in. */
  List<String> options(Path archive) {
    return List.of(
        "-Xbootclasspath/a:" + joined(ChildClassPath::isSigned),
        "-XX:+AutoCreateSharedArchive",
        "-XX:SharedArchiveFile=" + archive,
        "-Xlog:cds=off",
        "-Xlog:aot=off",
        "-Xlog:class+path=off",
        "-cp",
        joined(entry -> !isSigned(entry)));
  }

  private String joined(Predicate<Path> which) {
    return String.join(
        File.pathSeparator, entries.stream().filter(which).map(Path::toString).toList());
  }

  private static boolean isSigned(Path jar) {
    return SIGNED.stream().anyMatch(jar.getFileName().toString()::startsWith);
  }

  private static Path jar(Path folder, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out);
        Stream<Path> files = Files.walk(folder)) {
      jar.setLevel(0);
      for (Path each : files.filter(path -> !path.equals(folder)).sorted().toList()) {
        String name = folder.relativize(each).toString().replace(File.separatorChar, '/');
        boolean isFolder = Files.isDirectory(each); // migrations are looked for by folder
        jar.putNextEntry(new ZipEntry(isFolder ? name + "/" : name));
        if (!isFolder) {
          Files.copy(each, jar);
        }
        jar.closeEntry();
      }
    }
    return file;
  }
}
