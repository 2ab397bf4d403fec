package dev.tributary.coordinator.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ReturnInstruction;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What ships cannot be made to fail: neither a property nor an argument reaches anything. */
class FailPointTest {

  @Test
  void shippedFailPoint_isOneReturnInstruction() throws Exception {
    ClassModel shipped;
    try (InputStream file =
        Objects.requireNonNull(FailPoint.class.getResourceAsStream("FailPoint.class"))) {
      shipped = ClassFile.of().parse(file.readAllBytes());
    }
    MethodModel reached =
        shipped.methods().stream()
            .filter(method -> method.methodName().equalsString("reached"))
            .findFirst()
            .orElseThrow();

    assertThat(
            reached.code().orElseThrow().elementList().stream()
                .filter(element -> element instanceof java.lang.classfile.Instruction))
        .singleElement()
        .isInstanceOfSatisfying(
            ReturnInstruction.class, only -> assertThat(only.opcode()).isEqualTo(Opcode.RETURN));
    assertThat(shipped.methods())
        .extracting(method -> method.methodName().stringValue())
        .as("no static initialiser")
        .containsExactlyInAnyOrder("<init>", "reached");
  }
}
