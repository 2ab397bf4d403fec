package dev.tributary.simulations.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class PublishedManifestTest {

  private static String printed(String manifest) throws Exception {
    JsonNode json = new JsonMapper().readTree(manifest);
    StringWriter out = new StringWriter();
    PublishedManifest.printFiles(json, new PrintWriter(out, true));
    return out.toString().replaceAll(" {2,}", "|");
  }

  @Test
  void networkOfItsOwn_isShown_underTheCodecsThatLeadToIt() throws Exception {
    assertThat(
            printed(
                    """
                {"artifacts":[
                  {"kind":"float32","bytes":1000,"digest":"aa","codecs":["float32"]},
                  {"kind":"pruned","bytes":200,"digest":"bb","codecs":["prune-channels","int8"],
                   "spec":"{\\"format\\":\\"tributary-model/1\\"}"}],
                 "deltas":[]}
                """)
                .lines())
        .containsExactly(
            "artifact|bytes|digest|codecs",
            "float32|1000|aa|float32",
            "pruned|200|bb|prune-channels,int8",
            "network of pruned|{\"format\":\"tributary-model/1\"}");
  }

  @Test
  void deltas_followTheArtifacts() throws Exception {
    String from = "1".repeat(64);
    assertThat(
            printed(
                """
                {"artifacts":[{"kind":"int8","bytes":1000,"digest":"bb","codecs":["int8"]}],
                 "deltas":[{"kind":"int8","from":"%s","to":"%s","digest":"dd","bytes":30}]}
                """
                    .formatted(from, "2".repeat(64))))
        .contains("int8|30|dd|" + "1".repeat(12) + "|" + "2".repeat(12));
  }
}
