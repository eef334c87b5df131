package dev.minsight.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the rows of the contract that a test shows, by their keys in the lists under {@code
 * src/test/resources/contract}. Claim a row only with a test that fails when the row is broken;
 * that every row is claimed is checked by {@code ContractRowsTest}.
 */
@Retention(RetentionPolicy.SOURCE)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Contract {

  /** Keys such as {@code auth.md 2 leeway}. */
  String[] value();
}
