package dev.minsight.app;

import dev.minsight.support.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A flag of a command line.
 *
 * @param name with its dashes
 * @param value null for a switch that was given without one
 */
record Flag(String name, String value) {

  /**
   * Reads {@code --flag value}, {@code --flag=value}, {@code --switch} and any property as {@code
   * --some.property=value}.
   *
   * @param known flags that need a value
   * @param switches flags that need none
   * @throws ConfigurationException if there is anything else
   */
  static List<Flag> parse(Set<String> known, Set<String> switches, String... args) {
    List<Flag> flags = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      String arg = args[i];
      int equals = arg.indexOf('=');
      String name = equals > 0 ? arg.substring(0, equals) : arg;
      String value = equals > 0 ? arg.substring(equals + 1) : null;
      boolean property = value != null && name.startsWith("--") && name.contains(".");
      if (known.contains(name)) {
        if (value == null && i + 1 == args.length) {
          throw new ConfigurationException(name + " needs a value; see ./minsight help");
        }
        flags.add(new Flag(name, value == null ? args[++i] : value));
      } else if (switches.contains(name) || property) {
        flags.add(new Flag(name, value));
      } else {
        throw new ConfigurationException("unknown flag " + arg + "; see ./minsight help");
      }
    }
    return flags;
  }
}
