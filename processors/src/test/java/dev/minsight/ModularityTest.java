package dev.minsight;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.minsight.testing.Repository;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The house has floors; nobody reaches up, and nobody reaches into another's inner rooms. */
class ModularityTest {

  /** Floor of each package, ground first, as ARCHITECTURE section 2 draws them. */
  private static final Map<String, Integer> FLOORS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("support", 0),
              Map.entry("media", 1),
              Map.entry("ml", 1),
              Map.entry("vectors", 1),
              Map.entry("events", 1),
              Map.entry("auth", 2),
              Map.entry("store", 2),
              Map.entry("compute", 2),
              Map.entry("people", 3),
              Map.entry("insight", 3),
              Map.entry("ingest", 3),
              Map.entry("workflow", 4),
              Map.entry("api", 4),
              Map.entry("app", 5)));

  /** Uses within one floor that the architecture allows: who may use whom. */
  private static final Map<String, List<String>> NEIGHBOURS =
      Map.of("ml", List.of("media"), "insight", List.of("people"));

  private static JavaClasses house;

  @BeforeAll
  static void importClasses() {
    house =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.minsight");
  }

  @Test
  @DisplayName("A package uses only the floors below it")
  void noPackageReachesUp() {
    FLOORS.forEach(
        (name, floor) ->
            FLOORS.forEach(
                (other, otherFloor) -> {
                  boolean allowed =
                      other.equals(name)
                          || otherFloor < floor
                          || NEIGHBOURS.getOrDefault(name, List.of()).contains(other);
                  if (!allowed) {
                    noClasses()
                        .that()
                        .resideInAPackage("dev.minsight." + name + "..")
                        .should()
                        .dependOnClassesThat(resideInAPackage("dev.minsight." + other + ".."))
                        .allowEmptyShould(true)
                        .check(house);
                  }
                }));
  }

  @Test
  @DisplayName("Only the workflow package knows the process engine")
  void onlyWorkflowKnowsTheEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.minsight.workflow..")
        .should()
        .dependOnClassesThat(resideInAPackage("org.camunda.."))
        .check(house);
  }

  @Test
  @DisplayName("Tests of other packages look into the engine through workflow, too")
  void testsKnowNoEngine() {
    assertThat(Repository.testSources().entrySet())
        .filteredOn(test -> test.getValue().contains("\nimport org.camunda."))
        .extracting(test -> test.getKey().getParent())
        .isNotEmpty()
        .allMatch(folder -> folder.endsWith("dev/minsight/workflow"));
  }

  @Test
  @DisplayName("media and ml are plain Java")
  void groundWorkIsPlainJava() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.minsight.media..", "dev.minsight.ml..")
        .should()
        .dependOnClassesThat(resideInAPackage("org.springframework.."))
        .check(house);
  }

  @Test
  @DisplayName("Nobody enters another package's internal rooms")
  void internalsStayInside() {
    FLOORS
        .keySet()
        .forEach(
            name ->
                noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.minsight." + name + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("dev.minsight." + name + ".internal.."))
                    .allowEmptyShould(true)
                    .check(house));
  }
}
