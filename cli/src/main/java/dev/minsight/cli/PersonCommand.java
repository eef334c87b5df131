package dev.minsight.cli;

import dev.minsight.sdk.Face;
import dev.minsight.sdk.KnownPerson;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The people found in the media. */
@Command(name = "person", description = "List people and their faces.")
final class PersonCommand {

  @ParentCommand RootCommand root;

  @Command(description = "List everyone, named ones first.")
  int list() {
    List<KnownPerson> persons = root.client().intelligence().knownPersons();
    Output output = root.output();
    if (output.json()) {
      output.document(persons);
    } else {
      output.table(
          List.of("ID", "FACES", "NAME"),
          persons.stream()
              .map(
                  person ->
                      List.of(
                          Text.of(person.id()),
                          Text.of(person.faceCount()),
                          Text.of(person.name())))
              .toList());
    }
    return ExitCode.OK;
  }

  @Command(description = "List a person's faces.")
  int faces(@Parameters(paramLabel = "ID") long id) {
    List<Face> faces = root.client().intelligence().personFaces(id);
    Output output = root.output();
    if (output.json()) {
      output.document(faces);
    } else {
      output.table(
          List.of("FACE", "ENTITY", "CONFIDENCE", "FOUND"),
          faces.stream()
              .map(
                  face ->
                      List.of(
                          Text.of(face.id()),
                          Text.of(face.entityId()),
                          Text.score(face.confidence()),
                          Text.time(face.createdAt())))
              .toList());
    }
    return ExitCode.OK;
  }
}
