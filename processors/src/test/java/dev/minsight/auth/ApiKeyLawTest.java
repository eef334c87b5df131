package dev.minsight.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What an API key allows, for any scopes and whatever its owner holds by now. */
class ApiKeyLawTest {

  @Provide
  Arbitrary<List<String>> permissions() {
    return Arbitraries.of(
            Permissions.MEDIA_STORE_READ,
            Permissions.MEDIA_STORE_WRITE,
            Permissions.AI_INFERENCE_SUPPORT,
            Permissions.ADMIN,
            "*",
            "read:jobs")
        .list()
        .uniqueElements()
        .ofMaxSize(6);
  }

  private static User owner(boolean admin, List<String> permissions) {
    return new User(7, "owner", admin, true, permissions, Instant.EPOCH, 0);
  }

  private static Rights rights(List<String> scopes, User owner) {
    return new ApiKey(1, owner.id(), "key", scopes, Instant.EPOCH, null, null).rights(owner);
  }

  @Property
  @Label("A key never allows what its owner may not do, nor what lies outside its scopes")
  void neverWider(
      @ForAll("permissions") List<String> scopes,
      @ForAll("permissions") List<String> held,
      @ForAll boolean admin) {
    User owner = owner(admin, held);

    Rights rights = rights(scopes, owner);

    assertThat(rights.permissions()).allMatch(owner::holds);
    assertThat(rights.admin()).isEqualTo(admin && scopes.contains(Permissions.ADMIN));
    if (!scopes.isEmpty()) {
      assertThat(scopes).containsAll(rights.permissions());
    }
  }

  @Property
  @Label("A key allows all of its scopes that its owner holds; without scopes all permissions")
  void noNarrower(
      @ForAll("permissions") List<String> scopes,
      @ForAll("permissions") List<String> held,
      @ForAll boolean admin) {
    User owner = owner(admin, held);

    Rights rights = rights(scopes, owner);

    for (String permission : scopes.isEmpty() ? held : scopes) {
      assertThat(rights.may(permission)).isEqualTo(owner.holds(permission));
    }
    if (scopes.isEmpty() && admin) {
      assertThat(rights.permissions()).containsAll(Set.copyOf(Permissions.SERVICES));
    }
  }
}
